// SPDX-License-Identifier: GPL-2.0-or-later
// The same way down as that of copy/wanted.c: partition table, mirror, LVM, file system; each level
// gets its part of the map.
#include "copy/lost.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "fsmap/lvm.h"
#include "part/part.h"
#include "raid/raid.h"

enum { MAX_DEPTH = 6, MAX_PLACES = 1024 };

struct look {
	struct lost *l;
	struct ui *ui;
};

static uint64_t missing(const struct map *have)
{
	return have->size - map_count(have, MAP_DONE);
}

// Room for one more place, NULL when there are too many.
static struct lost_place *add_place(struct look *k, const char *name)
{
	struct lost *l = k->l;

	if (l->n == MAX_PLACES)
		return NULL;
	if ((l->n & (l->n - 1)) == 0)
		l->v = mem_grow(l->v, l->n ? 2 * l->n : 1, sizeof *l->v);
	l->v[l->n] = (struct lost_place){ .name = "" };
	text_clean(l->v[l->n].name, sizeof l->v[0].name, name, strlen(name));
	return &l->v[l->n++];
}

static void add_unknown(struct look *k, const char *name, uint64_t bytes, const char *why)
{
	struct lost_place *p = bytes ? add_place(k, name) : NULL;

	if (!p)
		return;
	p->loss.unknown = bytes;
	str_copy(p->loss.why, sizeof p->loss.why, why);
}

static void look_fs(struct look *k, struct src *s, const struct map *have, const char *name)
{
	struct lost_place *p = add_place(k, name);
	struct fs_loss *loss;

	if (!p)
		return;
	loss = &p->loss;
	fs_owners(s, have, k->ui, loss);
	// Disks with thousands of places are made, not found.
	while (loss->n > FS_LOST_MAX - k->l->named) {
		free(loss->v[--loss->n].path);
		loss->more++;
	}
	k->l->named += loss->n;
}

static void look(struct look *k, struct src *s, const struct map *have, const char *name,
		 unsigned depth);

// What lies in the volumes that cannot be looked into, and outside of all.
static void look_around(struct look *k, const struct lvm *l, const struct map *have,
			const char *name)
{
	struct map rest MAP_AUTO = { 0 }, extents MAP_AUTO = { 0 };
	struct lost_place *p;

	map_copy(&rest, have);
	for (size_t i = 0; i < l->n_given; i++) {
		const struct lvm_given *g = &l->given[i];
		const struct lvm_volume *v = &l->volumes[g->volume];
		struct map part MAP_AUTO = { 0 };
		char inner[96];

		map_cut(&part, have, g->off, g->len);
		snprintf(inner, sizeof inner, "%.40s%s%.50s", name, *name ? " " : "", v->name);
		if (v->n_legs == 0 && !v->leg)
			add_unknown(k, inner, missing(&part), v->why);
		map_set(&rest, g->off, g->len, MAP_DONE);
	}
	map_cut(&extents, &rest, l->extents_off, l->extents_len);
	k->l->around += missing(&rest) - missing(&extents);
	p = missing(&extents) ? add_place(k, name) : NULL;
	if (p)
		p->loss.free = missing(&extents);
}

static void look_lvm(struct look *k, struct src *pv, const struct lvm *l, const struct map *have,
		     const char *name, unsigned depth)
{
	for (size_t i = 0; i < l->n_volumes; i++) {
		const struct lvm_volume *v = &l->volumes[i];
		struct map part MAP_AUTO = { 0 };
		struct src *s SRC_AUTO = NULL;
		char inner[96];

		if (v->n_legs == 0)
			continue;
		s = lvm_src(pv, l, v);
		lvm_take(l, v, have, &part);
		snprintf(inner, sizeof inner, "%.40s%s%.50s", name, *name ? " " : "", v->name);
		look(k, s, &part, inner, depth + 1);
	}
	look_around(k, l, have, name);
}

static void look_member(struct look *k, struct src *s, const struct raid_member *m,
			const struct map *have, const char *name, unsigned depth)
{
	struct src *data SRC_AUTO = NULL;
	struct map part MAP_AUTO = { 0 };

	if (m->level != 1 || m->data_off > s->size || m->data_len > s->size - m->data_off) {
		add_unknown(k, name, missing(have), "RAID member that cannot be looked into");
		return;
	}
	data = src_window(s, m->data_off, m->data_len, s->name);
	map_cut(&part, have, m->data_off, m->data_len);
	k->l->around += missing(have) - missing(&part);
	look(k, data, &part, name, depth + 1);
}

// One partition, or what has none. A superblock of RAID that cannot be read is no reason to give
// up: most lie behind the file system, which begins where the partition does.
static void look_volume(struct look *k, struct src *s, const struct map *have, const char *name,
			unsigned depth)
{
	struct raid_member member;
	struct lvm l;
	struct err e;

	if (raid_read(s, &member, &e) > 0) {
		look_member(k, s, &member, have, name, depth);
	} else if (lvm_read(s, &l, &e) > 0) {
		look_lvm(k, s, &l, have, name, depth);
		lvm_close(&l);
	} else {
		look_fs(k, s, have, name);
	}
}

static void look_parts(struct look *k, struct src *s, const struct part_table *t,
		       const struct map *have, const char *name, unsigned depth)
{
	struct map rest MAP_AUTO = { 0 };

	map_copy(&rest, have);
	for (unsigned i = 0; i < t->n; i++) {
		const struct part *p = &t->p[i];
		struct src *own SRC_AUTO = NULL;
		struct map part MAP_AUTO = { 0 };
		char inner[96];

		if (p->container)
			continue;
		// What partitions share is looked at for the first of them.
		map_cut(&part, &rest, p->off, p->len);
		map_set(&rest, p->off, p->len, MAP_DONE);
		if (!missing(&part))
			continue;
		own = src_window(s, p->off, p->len, s->name);
		snprintf(inner, sizeof inner, "%.60s%spartition %u", name, *name ? " " : "",
			 p->number);
		look_volume(k, own, &part, inner, depth);
	}
	k->l->around += missing(&rest);
}

// A disk, or a partition, without its first sector.
static void look_headless(struct look *k, struct src *s, const struct map *have)
{
	size_t first = k->l->n;

	look_volume(k, s, have, "", 0);
	for (size_t i = first; i < k->l->n; i++) {
		struct fs_loss *loss = &k->l->v[i].loss;

		str_copy(loss->why, sizeof loss->why,
			 loss->type[0] ? "its first sector is missing: taken for a file system "
					 "without a partition table"
				       : "its partition table cannot be read");
	}
}

static void look(struct look *k, struct src *s, const struct map *have, const char *name,
		 unsigned depth)
{
	struct part_table *t = mem_alloc(sizeof *t);
	struct err e;

	if (missing(have) == 0) {
		free(t);
		return;
	}
	// What lies in a mirror or in LVM hardly ever has a table, so its loss matters little.
	bool unreadable = part_read(s, t, &e) < 0;

	if (depth >= MAX_DEPTH)
		add_unknown(k, name, missing(have), "volumes within volumes, too deep");
	else if (unreadable && depth == 0)
		look_headless(k, s, have);
	else if (!unreadable && t->n > 0)
		look_parts(k, s, t, have, name, depth);
	else
		look_volume(k, s, have, name, depth);
	free(t);
}

void lost_find(struct lost *l, struct src *copy, const struct map *have, struct ui *ui)
{
	struct src *there SRC_AUTO = src_fault(copy, have);
	struct look k = { l, ui };

	*l = (struct lost){ .missing = missing(have) };
	look(&k, there, have, "", 0);
}

void lost_free(struct lost *l)
{
	for (size_t i = 0; i < l->n; i++)
		fs_loss_free(&l->v[i].loss);
	free(l->v);
	*l = (struct lost){ 0 };
}

struct lost_sums lost_sums(const struct lost *l)
{
	struct lost_sums sums = { 0 };

	for (size_t i = 0; i < l->n; i++) {
		const struct fs_loss *loss = &l->v[i].loss;

		for (size_t j = 0; j < loss->n; j++)
			if (!strcmp(loss->v[j].kind, "directory"))
				sums.directories++;
			else
				sums.files++;
		sums.files += loss->more;
		sums.contents += loss->contents;
		sums.metadata += loss->metadata;
		sums.free += loss->free;
		sums.unknown += loss->unknown;
	}
	return sums;
}
