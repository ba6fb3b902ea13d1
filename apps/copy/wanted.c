// SPDX-License-Identifier: GPL-2.0-or-later
// Partition table, then the md superblock or LVM's metadata, then the file system behind it;
// volumes of LVM and arrays are disks again. Gaps, tables, superblocks, partitions that overlap or
// reach beyond the end, arrays other than mirrors: all used.
#include "copy/wanted.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "copy/wanted_look.h"
#include "fsmap/fsmap.h"
#include "part/part.h"
#include "raid/raid.h"

// Volumes within volumes are followed this far.
enum { MAX_DEPTH = 6 };

void wanted_note(const struct look *how, const char *what, uint64_t used, uint64_t size,
		 const char *why)
{
	if (how->notes)
		buf_printf(how->notes, "%s: %s of %s to copy%s%s\n", what, size_show(used).s,
			   size_show(size).s, *why ? ": " : "", why);
}

static void look_fs(struct src *s, struct map *m, const struct look *how)
{
	char why[160] = "";
	struct err e;

	if (how->likely && fs_likely(s, m))
		return;
	fs_used(s, m, why, sizeof why, &e);
	wanted_note(how, s->name, map_count(m, MAP_DONE), s->size, why);
}

// The data of a mirror's member; its superblock stays used.
static void look_member(struct src *s, const struct raid_member *member, struct map *m,
			const struct look *how, unsigned depth)
{
	struct src *data SRC_AUTO = NULL;
	struct map inner MAP_AUTO = { 0 };

	map_init(m, s->size, MAP_DONE);
	if (member->level != 1 || member->rebuilding || member->data_off > s->size ||
	    member->data_len > s->size - member->data_off) {
		wanted_note(how, s->name, s->size, s->size,
			    "RAID member that cannot be looked into");
		return;
	}
	data = src_window(s, member->data_off, member->data_len, s->name);
	wanted_look(data, &inner, how, depth + 1);
	map_set(m, member->data_off, data->size, MAP_TODO);
	map_merge_done(m, &inner, member->data_off);
}

// One partition, or what has none.
static void look_volume(struct src *s, struct map *m, const struct look *how, unsigned depth)
{
	struct raid_member member;
	struct lvm l;
	struct err e;
	int r = raid_read(s, &member, &e);

	if (r > 0) {
		look_member(s, &member, m, how, depth);
		return;
	}
	if (r == 0 || how->likely) {
		r = lvm_read(s, &l, &e);
		if (r < 0 && how->likely)
			r = 0;
		if (r > 0) {
			wanted_lvm(s, &l, m, how, depth);
			lvm_close(&l);
		} else if (r == 0) {
			look_fs(s, m, how);
		}
	}
	if (r < 0) {
		map_init(m, s->size, MAP_DONE);
		wanted_note(how, s->name, s->size, s->size, e.text);
	}
}

static bool alone(const struct part_table *t, unsigned k, uint64_t size)
{
	const struct part *p = &t->p[k];

	if (!p->len || p->off > size || p->len > size - p->off)
		return false;
	for (unsigned i = 0; i < t->n; i++) {
		const struct part *q = &t->p[i];

		if (i != k && !q->container && q->off < p->off + p->len && p->off < q->off + q->len)
			return false;
	}
	return true;
}

// Partition by partition.
static void look_parts(struct src *s, const struct part_table *t, struct map *m,
		       const struct look *how, unsigned depth)
{
	map_init(m, s->size, MAP_DONE);
	for (unsigned i = 0; i < t->n; i++) {
		const struct part *part = &t->p[i];
		struct src *p SRC_AUTO = NULL;
		struct map inner MAP_AUTO = { 0 };
		char name[160];

		if (part->container)
			continue;
		snprintf(name, sizeof name, "%.120s partition %u", s->name, part->number);
		if (!alone(t, i, s->size)) {
			wanted_note(how, name, part->len, part->len,
				    "overlaps another or reaches beyond the end");
			continue;
		}
		p = src_window(s, part->off, part->len, name);
		look_volume(p, &inner, how, depth);
		map_set(m, part->off, part->len, MAP_TODO);
		map_merge_done(m, &inner, part->off);
	}
}

void wanted_disk(struct src *s, const struct part_table *t, struct map *m, const struct look *how,
		 unsigned depth)
{
	if (t->n)
		look_parts(s, t, m, how, depth);
	else
		look_volume(s, m, how, depth);
}

void wanted_look(struct src *s, struct map *m, const struct look *how, unsigned depth)
{
	struct part_table *t = mem_alloc(sizeof *t);
	struct err e;

	if (depth < MAX_DEPTH && part_read(s, t, &e) == 0) {
		wanted_disk(s, t, m, how, depth);
	} else {
		map_init(m, s->size, MAP_DONE);
		wanted_note(how, s->name, s->size, s->size,
			    depth < MAX_DEPTH ? e.text : "volumes within volumes, too deep");
	}
	free(t);
}

int wanted_used(struct src *s, struct map *m, struct buf *notes, struct err *e)
{
	struct part_table t;

	if (part_read(s, &t, e))
		return -1;
	wanted_disk(s, &t, m, &(struct look){ .notes = notes }, 0);
	return 0;
}

void wanted_less_holes(const char *path, struct map *m)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	struct map data MAP_AUTO = { 0 }, both MAP_AUTO = { 0 };
	off_t from, to = 0;

	if (fd < 0)
		return;
	map_init(&data, m->size, MAP_TODO);
	while ((from = lseek(fd, to, SEEK_DATA)) >= 0) {
		to = lseek(fd, from, SEEK_HOLE);
		if (to < 0)
			return;
		map_set(&data, (uint64_t)from, (uint64_t)(to - from), MAP_DONE);
	}
	if (errno != ENXIO) // the file system cannot tell
		return;
	map_init(&both, m->size, MAP_TODO);
	map_common_done(&both, m, &data);
	map_free(m);
	*m = both;
	both = (struct map){ 0 };
}
