// SPDX-License-Identifier: GPL-2.0-or-later
// Where a file of XFS lies: a list of extents in the inode, or a b-tree with its root there.
#include <string.h>

#include "fsmap/xfs_owner.h"

struct tree_head {
	uint8_t magic[4]; // 00  "BMAP", "BMA3"
	be16 level;	  // 04
	be16 count;	  // 06
};
enum { HEAD_V4 = 24, HEAD_V5 = 72, ROOT_HEAD = 4, EXTENT = 16, KEY = 8, CHILD = 8 };
enum { CORE_V2 = 100, CORE_V3 = 176 };

struct walk {
	struct xfs_asked *a;
	void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t off, uint64_t n);
	void *arg;
};

bool xfs_inode_ok(const struct xfs *x, const uint8_t *raw, uint64_t number)
{
	struct xfs_inode n;

	memcpy(&n, raw, sizeof(n));
	return memcmp(n.magic, "IN", 2) == 0 && be16_get(n.mode) != 0 &&
	       (x->v5 ? n.version == 3 && be64_get(n.number) == number
		      : n.version == 1 || n.version == 2);
}

struct view xfs_fork(const struct xfs *x, const uint8_t *raw, bool attributes)
{
	struct view v = view_of(raw, x->inode_size);
	size_t core = x->v5 ? CORE_V3 : CORE_V2, middle;
	struct xfs_inode n;

	memcpy(&n, raw, CORE_V2);
	middle = core + n.fork * 8u;
	if (attributes)
		return n.fork ? view_sub(v, middle, v.len) : view_of(raw, 0);
	return view_sub(v, core, n.fork ? n.fork * 8u : v.len);
}

// A block's number has its group above its place in there. UINT64_MAX: there is none.
static uint64_t block_place(const struct xfs *x, uint64_t number, uint64_t n)
{
	uint64_t group = number >> x->group_shift;
	uint64_t at = number & ((UINT64_C(1) << x->group_shift) - 1);

	if (group >= x->groups || at > xfs_group_length(x, (uint32_t)group) ||
	    n > xfs_group_length(x, (uint32_t)group) - at)
		return UINT64_MAX;
	return xfs_group_start(x, (uint32_t)group) + at * x->block;
}

static uint64_t number_at(const uint8_t *p)
{
	be64 v;

	memcpy(&v, p, sizeof(v));
	return be64_get(v);
}

// An extent is 128 bits: 1 unwritten, 54 block of the file, 52 block of the file system, 21 count.
static void take_extents(struct walk *w, const uint8_t *p, size_t count)
{
	for (size_t k = 0; k < count && !w->a->o->stopped; k++) {
		uint64_t high = number_at(p + k * EXTENT), low = number_at(p + k * EXTENT + 8);
		uint64_t n = low & 0x1fffff;
		uint64_t off = block_place(&w->a->x, (high & 0x1ff) << 43 | low >> 21, n);

		if (off == UINT64_MAX)
			owner_doubt(w->a->o, "a file leads out of the file system");
		else if (n > 0)
			w->each(w->arg, high >> 63 ? OWNER_UNWRITTEN : OWNER_DATA, high << 1 >> 10,
				off, n);
	}
}

static void walk_block(struct walk *w, uint64_t number, unsigned level, uint64_t from,
		       uint64_t end);

// The children of a node: room keys (the first block of the file below each), then as many numbers.
static void walk_children(struct walk *w, const uint8_t *keys, size_t room, unsigned count,
			  unsigned level, uint64_t end)
{
	for (unsigned k = 0; k < count && !w->a->o->stopped; k++) {
		uint64_t next = k + 1 < count ? number_at(keys + (k + 1) * KEY) : end;

		walk_block(w, number_at(keys + room * KEY + k * CHILD), level - 1,
			   number_at(keys + k * KEY), next);
	}
}

// A block of the tree, for blocks [from, end) of the file.
static void walk_block(struct walk *w, uint64_t number, unsigned level, uint64_t from, uint64_t end)
{
	const struct xfs *x = &w->a->x;
	uint64_t off = block_place(x, number, 1);
	size_t at = x->v5 ? HEAD_V5 : HEAD_V4, room = x->block - at;
	uint8_t *p = w->a->table[level];
	struct tree_head h;
	unsigned count;

	room /= level ? KEY + CHILD : EXTENT;
	if (off != UINT64_MAX) {
		w->each(w->arg, OWNER_TABLE, 0, off, 1);
		if (owner_read(w->a->o, off, p, x->block) > 0) {
			if (end > from)
				w->each(w->arg, OWNER_NOWHERE, from, 0, end - from);
			owner_doubt(w->a->o, "of a file it is not known where it lies");
			return;
		}
		memcpy(&h, p, sizeof(h));
	}
	count = off == UINT64_MAX ? 0 : be16_get(h.count);
	if (off == UINT64_MAX || memcmp(h.magic, x->v5 ? "BMA3" : "BMAP", 4) != 0 ||
	    be16_get(h.level) != level || count > room)
		owner_doubt(w->a->o, "the tree of a file is damaged");
	else if (level == 0)
		take_extents(w, p + at, count);
	else
		walk_children(w, p + at, room, count, level, end);
}

static void walk_root(struct walk *w, struct view fork, uint64_t end)
{
	size_t room = fork.len < ROOT_HEAD ? 0 : (fork.len - ROOT_HEAD) / (KEY + CHILD);
	be16 level, count;

	if (room == 0)
		return;
	memcpy(&level, fork.base, sizeof(level));
	memcpy(&count, fork.base + 2, sizeof(count));
	if (be16_get(level) < 1 || be16_get(level) > XFS_TREE_LEVELS || be16_get(count) > room)
		owner_doubt(w->a->o, "the tree of a file is damaged");
	else
		walk_children(w, fork.base + ROOT_HEAD, room, be16_get(count), be16_get(level),
			      end);
}

void xfs_pieces(struct xfs_asked *a, const uint8_t *raw, bool attributes,
		void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t off,
			     uint64_t n),
		void *arg)
{
	struct walk w = { a, each, arg };
	struct view fork = xfs_fork(&a->x, raw, attributes);
	struct xfs_inode n;
	uint64_t count;
	uint8_t format;

	memset(&n, 0, sizeof(n));
	memcpy(&n, raw, a->x.v5 ? sizeof(n) : CORE_V2);
	format = attributes ? n.attribute_format : n.format;
	if (be64_get(n.flags2) & XFS_FLAG2_MANY)
		count = attributes ? be32_get(n.extents) : be64_get(n.many_extents);
	else
		count = attributes ? be16_get(n.attribute_extents) : be32_get(n.extents);
	if (!attributes && (be16_get(n.flags) & XFS_FLAG_REALTIME))
		return; // on another device
	if (format == XFS_EXTENTS)
		take_extents(&w, fork.base,
			     count < fork.len / EXTENT ? (size_t)count : fork.len / EXTENT);
	else if (format == XFS_TREE)
		walk_root(&w, fork, be64_get(n.size) / a->x.block + 1);
}
