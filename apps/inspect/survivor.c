// SPDX-License-Identifier: GPL-2.0-or-later
// Which members belong together, which of them were left behind, and which disk is the survivor.
// Pure: works on what the superblocks said.
//
// The member with the highest event count tells the truth about its array. Another one is stale
// when it has fallen behind by more than one event (a crash between two superblocks leaves one) or
// when the newest superblock counts its slot as failed. When it says the same of the newest, both
// ran alone: the array is split. With equal counts then nobody can say which half is right, and
// neither is called stale.
//
// A disk whose repair took it out of the mirror has no superblocks left, but its file systems keep
// their UUIDs: the member that carries the same ones is the old half, whatever its events say.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "inspect/look.h"

// "host:0" and "0" are md0; "host:root" is root.
static void array_name(const struct raid_member *m, char *name, size_t size)
{
	const char *colon = strrchr(m->name, ':'), *own = colon && colon[1] ? colon + 1 : m->name;
	bool digits = *own != '\0';

	for (const char *p = own; *p; p++)
		digits = digits && isdigit((uint8_t)*p);
	if (*own == '\0')
		snprintf(name, size, "array %.8s", m->array_uuid);
	else
		snprintf(name, size, "%s%s", digits ? "md" : "", own);
}

static int find_array(struct survey *s, const struct raid_member *m)
{
	struct s_array *a;

	for (unsigned i = 0; i < s->n_arrays; i++)
		if (strcmp(s->arrays[i].uuid, m->array_uuid) == 0)
			return (int)i;
	s->arrays = mem_grow(s->arrays, s->n_arrays + 1, sizeof(*s->arrays));
	a = &s->arrays[s->n_arrays];
	memset(a, 0, sizeof(*a));
	str_copy(a->uuid, sizeof(a->uuid), m->array_uuid);
	array_name(m, a->name, sizeof(a->name));
	a->disk = a->part = -1;
	return (int)s->n_arrays++;
}

// The next member of an array after (*d, *p); begin with -1, -1.
static struct s_part *next_member(struct survey *s, int array, int *d, int *p)
{
	if (*d < 0)
		*d = 0;
	for (++*p; *d < (int)s->n_disks; ++*d, *p = 0)
		for (; *p < (int)s->disks[*d].n; ++*p)
			if (s->disks[*d].parts[*p].array == array)
				return &s->disks[*d].parts[*p];
	return NULL;
}

static bool in_slot(const struct raid_member *m)
{
	return m->role >= 0 && !m->rebuilding;
}

static bool counts(const struct raid_member *m, int slot)
{
	return slot < 0 || slot >= 64 || (m->slots >> slot & 1);
}

// The member that tells the truth: highest event count, then last updated, then one that has data.
static struct s_part *newest(struct survey *s, int array)
{
	struct s_part *best = NULL, *m;

	for (int d = -1, p = -1; (m = next_member(s, array, &d, &p));) {
		if (!best || m->member.events > best->member.events ||
		    (m->member.events == best->member.events && in_slot(&m->member) &&
		     (!in_slot(&best->member) || m->member.updated > best->member.updated)))
			best = m;
	}
	return best;
}

static void judge_array(struct survey *s, int array)
{
	struct s_array *a = &s->arrays[array];
	struct s_part *best = newest(s, array), *m;
	uint64_t slots = 0;

	a->level = best->member.level;
	a->raid_devices = best->member.raid_devices;
	for (int d = -1, p = -1; (m = next_member(s, array, &d, &p));) {
		bool denied = m != best && in_slot(&m->member) && in_slot(&best->member) &&
			      !counts(&best->member, m->member.role);
		bool denies = !counts(&m->member, best->member.role);

		m->stale = m->member.role == -2 || best->member.events - m->member.events > 1;
		if (denied && denies && m->member.role != best->member.role)
			a->split = true;
		if (denied && !(denies && m->member.events == best->member.events))
			m->stale = true;
		if (m->stale || !in_slot(&m->member))
			continue;
		if (m->member.role >= 64 || !(slots >> m->member.role & 1))
			a->working++;
		if (m->member.role < 64)
			slots |= UINT64_C(1) << m->member.role;
	}
	a->degraded = a->working < a->raid_devices || a->split;
}

static bool is_fresh(const struct s_part *p)
{
	return p->array >= 0 && !p->stale && in_slot(&p->member);
}

static void give_role(struct survey *s, struct s_disk *d)
{
	bool member = false, current = false, survivor = false;

	if (d->role == ROLE_MEDIUM)
		return;
	for (unsigned i = 0; i < d->n; i++) {
		const struct s_part *p = &d->parts[i];
		const struct s_array *a = p->array >= 0 ? &s->arrays[p->array] : NULL;

		member = member || a;
		current = current || (a && !p->stale);
		survivor = survivor || (a && is_fresh(p) && a->degraded && a->level == 1);
	}
	if (member)
		d->role = survivor ? ROLE_SURVIVOR : current ? ROLE_MEMBER : ROLE_STALE;
}

// The plain disk with a partition of its own that holds the same file system; -1.
static int outside(const struct survey *s, unsigned own, const struct s_part *m)
{
	for (unsigned i = 0; i < s->n_disks && m->has_fs && m->fs.uuid[0]; i++) {
		const struct s_disk *d = &s->disks[i];

		for (unsigned k = 0; k < d->n && i != own && d->role == ROLE_PLAIN; k++)
			if (d->parts[k].has_fs && !d->parts[k].is_member &&
			    !strcmp(d->parts[k].fs.type, m->fs.type) &&
			    !strcmp(d->parts[k].fs.uuid, m->fs.uuid))
				return (int)i;
	}
	return -1;
}

static void find_detached(struct survey *s)
{
	for (unsigned i = 0; i < s->n_disks; i++) {
		struct s_disk *d = &s->disks[i];
		bool left = false;

		for (unsigned k = 0; k < d->n; k++) {
			struct s_part *p = &d->parts[k];

			p->went_on = is_fresh(p) ? outside(s, i, p) : -1;
			p->stale = p->stale || p->went_on >= 0;
			left = left || p->went_on >= 0;
		}
		if (left)
			give_role(s, d);
	}
	for (unsigned i = 0; i < s->n_disks; i++)
		for (unsigned k = 0; k < s->disks[i].n; k++)
			if (s->disks[i].parts[k].went_on >= 0)
				s->disks[s->disks[i].parts[k].went_on].role = ROLE_SURVIVOR;
}

// Where the contents of a mirror are read: a fresh member, on a survivor when there is a choice.
static void choose_member(struct survey *s, int array)
{
	struct s_array *a = &s->arrays[array];
	struct s_part *m;

	for (int d = -1, p = -1; (m = next_member(s, array, &d, &p));) {
		if (!is_fresh(m) || a->level != 1)
			continue;
		if (a->disk < 0 || (s->disks[d].role == ROLE_SURVIVOR &&
				    s->disks[a->disk].role != ROLE_SURVIVOR)) {
			a->disk = d;
			a->part = p;
		}
	}
}

void look_arrays(struct survey *s)
{
	for (unsigned i = 0; i < s->n_disks; i++) {
		for (unsigned k = 0; k < s->disks[i].n; k++) {
			struct s_part *p = &s->disks[i].parts[k];

			p->array = p->is_member ? find_array(s, &p->member) : -1;
		}
	}
	for (unsigned i = 0; i < s->n_arrays; i++)
		judge_array(s, (int)i);
	for (unsigned i = 0; i < s->n_disks; i++)
		give_role(s, &s->disks[i]);
	find_detached(s);
	for (unsigned i = 0; i < s->n_arrays; i++)
		choose_member(s, (int)i);
}
