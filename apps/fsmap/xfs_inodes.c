// SPDX-License-Identifier: GPL-2.0-or-later
// All inodes of an XFS: the inode b-tree of each group names chunks of 64.
#include <stdlib.h>
#include <string.h>

#include "fsmap/used.h"
#include "fsmap/xfs_owner.h"

struct group_inodes {	      // AGI, the third sector of a group
	uint8_t magic[4];     // 00  "XAGI"
	be32 version;	      // 04
	be32 number;	      // 08
	be32 blocks;	      // 0c
	be32 count;	      // 10
	be32 root;	      // 14
	be32 levels;	      // 18
	uint8_t between[300]; // 1c
	be32 root2;	      // 148  tree of chunks with free inodes
	be32 levels2;	      // 14c
};
_Static_assert(offsetof(struct group_inodes, root2) == 0x148, "XFS AGI");

struct chunk {
	be32 first;
	be16 holes; // a bit for four inodes each
	be16 counts;
	be64 free; // a bit for each
};
_Static_assert(sizeof(struct chunk) == 16, "XFS inode b-tree");

struct pass {
	struct xfs_asked *a;
	uint32_t group;
	bool folders;
	void (*each)(struct xfs_asked *a, uint64_t number, const uint8_t *raw);
	void (*gone)(struct xfs_asked *a, uint64_t number);
};

static uint64_t place_in(const struct xfs *x, uint32_t group, uint64_t at)
{
	return xfs_group_start(x, group) + (at >> x->inode_shift) * x->block +
	       (at & ((1u << x->inode_shift) - 1)) * x->inode_size;
}

uint64_t xfs_inode_place(const struct xfs *x, uint64_t number)
{
	unsigned shift = x->group_shift + x->inode_shift;
	uint64_t group = number >> shift, at = number & ((UINT64_C(1) << shift) - 1);

	if (group >= x->groups || at >> x->inode_shift >= xfs_group_length(x, (uint32_t)group))
		return 0;
	return place_in(x, (uint32_t)group, at);
}

static bool wanted(const struct pass *p)
{
	struct xfs_asked *a = p->a;

	if (a->chunks == a->chunk_room) {
		a->chunk_room = a->chunk_room ? 2 * a->chunk_room : 1024;
		a->has_folders = mem_grow(a->has_folders, a->chunk_room / 8, 1);
		memset(a->has_folders + a->chunks / 8, 0, (a->chunk_room - a->chunks) / 8);
	}
	a->chunks++;
	return !p->folders || used_bit(a->has_folders, a->chunks - 1);
}

static void take_chunk(struct pass *p, uint32_t first, unsigned holes, uint64_t unused)
{
	struct xfs_asked *a = p->a;
	const struct xfs *x = &a->x;
	uint64_t number = (uint64_t)p->group << (x->group_shift + x->inode_shift) | first;
	uint64_t off = place_in(x, p->group, first);
	bool torn;

	torn = owner_read(a->o, off, a->chunk, (size_t)XFS_CHUNK * x->inode_size) > 0;
	for (unsigned k = 0; k < XFS_CHUNK && !a->o->stopped; k++, off += x->inode_size) {
		if (holes >> k / 4 & 1)
			continue;
		const uint8_t *raw = a->chunk + (size_t)k * x->inode_size;
		uint64_t missing = torn ? owner_take(a->o, off, x->inode_size, OWNER_METADATA) : 0;

		if (unused >> k & 1)
			continue;
		if (missing > 0)
			p->gone(a, number + k);
		else if (xfs_inode_ok(x, raw, number + k))
			p->each(a, number + k, raw);
	}
}

static void take_chunks(void *arg, const uint8_t *records, unsigned count)
{
	struct pass *p = arg;
	const struct xfs *x = &p->a->x;
	uint64_t last = (uint64_t)xfs_group_length(x, p->group) << x->inode_shift;

	for (unsigned k = 0; k < count && !p->a->o->stopped; k++) {
		struct chunk c;

		memcpy(&c, records + k * sizeof(c), sizeof(c));
		if (!wanted(p))
			continue;
		if (be32_get(c.first) >= last || last - be32_get(c.first) < XFS_CHUNK)
			owner_doubt(p->a->o, "the inode tree of allocation group %u is damaged",
				    p->group);
		else
			take_chunk(p, be32_get(c.first), be16_get(c.holes), be64_get(c.free));
	}
}

static void take_group(struct pass *p)
{
	static const struct xfs_tree inodes = {
		"IABT", "IAB3", 4, 16, take_chunks, "the inode tree"
	};
	static const struct xfs_tree inodes2 = { "FIBT", "FIB3", 4,
						 16,	 NULL,	 "the tree of free inodes" };
	const struct xfs *x = &p->a->x;
	struct group_inodes h;

	if (owner_read(p->a->o, xfs_group_start(x, p->group) + 2 * x->sector, &h, sizeof(h)) > 0 ||
	    memcmp(h.magic, "XAGI", 4) != 0) {
		owner_doubt(p->a->o, "the inodes of allocation group %u cannot be found", p->group);
		return;
	}
	xfs_tree(p->a, &inodes, p->group, be32_get(h.root), be32_get(h.levels), p);
	if (x->ro_compat & XFS_INODE_TREE_2)
		xfs_tree(p->a, &inodes2, p->group, be32_get(h.root2), be32_get(h.levels2), NULL);
}

void xfs_inodes(struct xfs_asked *a, bool folders,
		void (*each)(struct xfs_asked *a, uint64_t number, const uint8_t *raw),
		void (*gone)(struct xfs_asked *a, uint64_t number))
{
	struct pass p = { .a = a, .folders = folders, .each = each, .gone = gone };

	a->chunks = 0;
	for (p.group = 0; p.group < a->x.groups && !a->o->stopped; p.group++) {
		owner_at(a->o, p.group, a->x.groups);
		take_group(&p);
	}
}
