// SPDX-License-Identifier: GPL-2.0-or-later
// Partition table, then the md superblock, then the file system behind it. Gaps, tables,
// superblocks, partitions that overlap or reach beyond the end, arrays other than mirrors: all
// used.
#include "copy/wanted.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/size.h"
#include "fsmap/fsmap.h"
#include "part/part.h"
#include "raid/raid.h"

static void note(struct buf *notes, const char *what, uint64_t used, uint64_t size, const char *why)
{
	if (notes)
		buf_printf(notes, "%s: %s of %s to copy%s%s\n", what, size_show(used).s,
			   size_show(size).s, *why ? ": " : "", why);
}

// The file system on s, which lies at `at` of the disk: what it calls free becomes MAP_TODO in m.
static void take_fs(struct src *s, uint64_t at, struct map *m, struct buf *notes)
{
	struct map used MAP_AUTO = { 0 };
	char why[160] = "";
	struct err e;

	if (fs_used(s, &used, why, sizeof why, &e)) {
		note(notes, s->name, s->size, s->size, e.text);
		return;
	}
	note(notes, s->name, map_count(&used, MAP_DONE), s->size, why);
	map_set(m, at, s->size, MAP_TODO);
	map_merge_done(m, &used, at);
}

// One partition (or a disk without partitions): a mirror's data window is looked into, its
// superblock stays used.
static void take_volume(struct src *s, uint64_t at, struct map *m, struct buf *notes)
{
	struct raid_member member;
	struct src *data SRC_AUTO = NULL;
	int is_member = raid_read(s, &member, NULL);

	if (!is_member) {
		take_fs(s, at, m, notes);
		return;
	}
	if (is_member < 0 || member.level != 1 || member.data_off > s->size ||
	    member.data_len > s->size - member.data_off) {
		note(notes, s->name, s->size, s->size, "RAID member that cannot be looked into");
		return;
	}
	data = src_window(s, member.data_off, member.data_len, s->name);
	take_fs(data, at + member.data_off, m, notes);
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

int wanted_used(struct src *s, struct map *m, struct buf *notes, struct err *e)
{
	struct part_table t;

	if (part_read(s, &t, e))
		return -1;
	map_init(m, s->size, MAP_DONE);
	if (!t.n) {
		take_volume(s, 0, m, notes);
		return 0;
	}
	for (unsigned i = 0; i < t.n; i++) {
		struct src *p SRC_AUTO = NULL;
		char name[160];

		if (t.p[i].container)
			continue;
		snprintf(name, sizeof name, "%.120s partition %u", s->name, t.p[i].number);
		if (!alone(&t, i, s->size)) {
			note(notes, name, t.p[i].len, t.p[i].len,
			     "overlaps another or reaches beyond the end");
			continue;
		}
		p = src_window(s, t.p[i].off, t.p[i].len, name);
		take_volume(p, t.p[i].off, m, notes);
	}
	return 0;
}

void wanted_less_holes(const char *path, struct map *m)
{
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	off_t data, hole = 0;

	if (fd < 0)
		return;
	for (;;) {
		data = lseek(fd, hole, SEEK_DATA);
		if (data < 0 && errno == ENXIO && (uint64_t)hole < m->size)
			map_set(m, (uint64_t)hole, m->size - (uint64_t)hole, MAP_TODO);
		if (data < 0)
			return;
		map_set(m, (uint64_t)hole, (uint64_t)(data - hole), MAP_TODO);
		hole = lseek(fd, data, SEEK_HOLE);
		if (hole < 0)
			return;
	}
}
