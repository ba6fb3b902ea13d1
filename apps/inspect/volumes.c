// SPDX-License-Identifier: GPL-2.0-or-later
// Logical volumes: each becomes one more part of its disk, behind the partitions. Nothing is
// activated: they are read through the places that LVM's metadata gives them.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "inspect/look.h"

#define MAX_VOLUMES 256 // of one disk

struct src *survey_open_part(const struct s_disk *d, unsigned part, struct src *disk,
			     struct src **below)
{
	const struct s_part *p = &d->parts[survey_carrier(d, part)],
			    *pv = p->is_volume ? &d->parts[p->pv] : NULL;

	*below = NULL;
	if (!pv)
		return src_window(disk, p->fs_off, p->fs_len, p->path);
	*below = src_window(disk, pv->fs_off, pv->fs_len, pv->path);
	return lvm_src(*below, pv->lvm, survey_volume(d, part));
}

const struct lvm_volume *survey_volume(const struct s_disk *d, unsigned part)
{
	const struct s_part *p = &d->parts[survey_carrier(d, part)];

	return !p->is_volume ? NULL : &d->parts[p->pv].lvm->volumes[p->volume];
}

struct survey_name survey_name(const struct s_disk *d, const struct s_part *p)
{
	const char *inner = strchr(p->path + strlen(d->disk.path), ':');
	struct survey_name x;

	if (inner)
		str_copy(x.s, sizeof x.s, inner + 1);
	else if (p->part.number)
		snprintf(x.s, sizeof x.s, "partition %u", p->part.number);
	else
		str_copy(x.s, sizeof x.s, "the whole disk");
	return x;
}

// Those that LVM would show, and that have something on this disk. What has none of its extents in
// any place at all (thin volumes) counts as being where its group is.
static bool is_shown(const struct lvm_volume *v)
{
	return v->visible && (v->here > 0 || v->n_segments == 0);
}

static void add_volume(struct s_disk *d, unsigned pv, size_t volume, struct src *s)
{
	const struct lvm_volume *v = &d->parts[pv].lvm->volumes[volume];
	struct src *data SRC_AUTO = NULL;
	struct s_part *p;

	d->parts = mem_grow(d->parts, d->n + 1, sizeof(*d->parts));
	p = &d->parts[d->n++];
	memset(p, 0, sizeof(*p));
	p->is_volume = true;
	p->pv = pv;
	p->volume = volume;
	p->array = p->went_on = -1;
	p->part.len = p->fs_len = v->size;
	snprintf(p->path, sizeof(p->path), "%.270s:%.259s", d->parts[pv].path, v->name);
	if (v->n_legs == 0)
		return;
	data = lvm_src(s, d->parts[pv].lvm, v);
	p->has_fs = fs_probe(data, &p->fs, NULL) > 0;
}

static void look_pv(struct s_disk *d, unsigned part, struct src *disk)
{
	struct s_part *p = &d->parts[part];
	struct src *s SRC_AUTO = src_window(disk, p->fs_off, p->fs_len, p->path);
	struct lvm *l = mem_zero(1, sizeof(*l));
	struct err e;
	unsigned n = 0;

	if (lvm_read(s, l, &e) <= 0) {
		free(l);
		str_copy(p->unread, sizeof(p->unread), e.text);
		return;
	}
	p->lvm = l;
	for (size_t k = 0; k < l->n_volumes && n < MAX_VOLUMES; k++)
		if (is_shown(&l->volumes[k])) {
			add_volume(d, part, k, s);
			n++;
		}
}

void look_volumes(struct s_disk *d, struct src *s)
{
	unsigned n = d->n;

	for (unsigned i = 0; s && i < n; i++)
		if (d->parts[i].has_fs && strcmp(d->parts[i].fs.type, "LVM2_member") == 0)
			look_pv(d, i, s);
}

void look_stale_volumes(struct survey *s)
{
	for (unsigned i = 0; i < s->n_disks; i++)
		for (unsigned k = 0; k < s->disks[i].n; k++)
			if (s->disks[i].parts[k].is_volume)
				s->disks[i].parts[k].stale =
					s->disks[i].parts[s->disks[i].parts[k].pv].stale;
}

unsigned survey_group_disks(const struct survey *s, const struct lvm *l)
{
	const char *seen[64];
	unsigned n = 0;

	for (unsigned i = 0; i < s->n_disks; i++) {
		for (unsigned k = 0; k < s->disks[i].n && n < 64; k++) {
			const struct s_part *p = &s->disks[i].parts[k];
			unsigned j = 0;

			if (!p->lvm || p->stale || strcmp(p->lvm->id, l->id) != 0)
				continue;
			while (j < n && strcmp(seen[j], p->fs.uuid) != 0)
				j++;
			if (j == n)
				seen[n++] = p->fs.uuid;
		}
	}
	return n;
}

void survey_free_volumes(struct s_disk *d)
{
	for (unsigned i = 0; i < d->n; i++) {
		if (!d->parts[i].lvm)
			continue;
		lvm_close(d->parts[i].lvm);
		free(d->parts[i].lvm);
	}
}
