// SPDX-License-Identifier: GPL-2.0-or-later
// File systems have copies of their superblocks far from their beginning. With a partition table
// these are looked for in every partition; without one, where partitions use to begin: behind the
// first track or at 1 MiB, and behind the end of each file system that was found.
//
// A read that fails takes a second or ten, and beside one bad sector there are more: what lies near
// a failure is not asked for at all.
#include "copy/guess.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/size.h"
#include "copy/rescue.h"
#include "copy/wanted_look.h"
#include "fsmap/fsmap.h"
#include "part/part.h"

#define NEAR RESCUE_CLUSTER
#define CYLINDER (UINT64_C(255) * 63 * 512) // what tools of long ago gave partitions
#define TRACK (UINT64_C(63) * 512)

enum { MAX_FOUND = 64 };

struct careful {
	struct src src;
	struct src *parent;
	struct map *reads, *failed;
};

static bool is_near_failure(const struct careful *c, uint64_t off, size_t n)
{
	struct range bad;

	return map_next(c->failed, off > NEAR ? off - NEAR : 0, MAP_BAD, &bad) &&
	       bad.off < off + n + NEAR;
}

// Was it read before, and well?
static bool is_known(const struct careful *c, uint64_t off, size_t n)
{
	struct range done, bad;

	return map_next(c->reads, off, MAP_DONE, &done) && done.off == off && done.len >= n &&
	       !(map_next(c->failed, off, MAP_BAD, &bad) && bad.off < off + n);
}

static int careful_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct careful *c = (struct careful *)s;

	if (is_near_failure(c, off, n) && !is_known(c, off, n))
		return err_set(e, EIO, "%s: read near a failure at 0x%llx", s->name,
			       (unsigned long long)off);
	return src_read(c->parent, off, p, n, e);
}

static void careful_close(struct src *s)
{
	free(s);
}

// The file system that begins at off, if one does: its size, and what it uses, in m.
static uint64_t try_at(struct src *s, uint64_t off, struct map *m)
{
	struct src *p SRC_AUTO = NULL;
	struct map inner MAP_AUTO = { 0 };
	uint64_t size;

	if (off >= s->size)
		return 0;
	p = src_window(s, off, s->size - off, s->name);
	size = fs_likely(p, &inner);
	if (!size || size > p->size)
		return 0;
	map_set(m, off, size, MAP_TODO);
	for (struct range r = { 0 }; map_next(&inner, r.off + r.len, MAP_DONE, &r) && r.off < size;)
		map_set(m, off + r.off, r.len < size - r.off ? r.len : size - r.off, MAP_DONE);
	return size;
}

static uint64_t up(uint64_t off, uint64_t unit)
{
	return (off + unit - 1) / unit * unit;
}

// Behind the data of a mirror's member there may be its superblock, in up to 128 KiB.
static uint64_t try_behind(struct src *s, uint64_t end, uint64_t *at, struct map *m)
{
	const uint64_t places[] = { up(end, MIB),
				    up(end, MIB) + MIB,
				    up(end, CYLINDER),
				    up(end, CYLINDER) + TRACK,
				    up(end, CYLINDER) + CYLINDER,
				    up(end, CYLINDER) + CYLINDER + TRACK };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		uint64_t size = try_at(s, places[i], m);

		*at = places[i];
		if (size)
			return size;
	}
	return 0;
}

static void guess_parts(struct src *s, struct map *m)
{
	uint64_t at = MIB, size = try_at(s, at, m);

	if (!size) {
		at = TRACK;
		size = try_at(s, at, m);
	}
	for (unsigned i = 0; size && i < MAX_FOUND; i++)
		size = try_behind(s, at + size, &at, m);
}

void guess_used(struct src *s, struct map *reads, struct map *failed, struct map *m)
{
	static const struct src_ops ops = { careful_read, careful_close };
	struct src *recorded SRC_AUTO = src_record(s, reads, failed);
	struct careful *c = mem_zero(1, sizeof *c);
	struct src *careful SRC_AUTO = &c->src;
	struct part_table *t = mem_zero(1, sizeof *t);

	*c = (struct careful){ *s, recorded, reads, failed };
	c->src.ops = &ops;
	if (part_read(careful, t, NULL) == 0) {
		wanted_disk(careful, t, m, &(struct look){ .likely = true }, 0);
	} else {
		map_init(m, s->size, MAP_DONE);
		guess_parts(careful, m);
	}
	free(t);
}
