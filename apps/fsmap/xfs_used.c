// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks of an XFS are in use: all but those in the free-space b-tree of each allocation
// group (the one sorted by block number).
//
// A log that must be replayed may hold allocations that the trees on disk do not know yet: groups
// that it changes are used whole, and all are when it cannot be followed. So is a group whose tree
// contradicts itself, its header or its checksums. The few blocks that the group keeps for its
// trees (AGFL) are in no tree, and so count as used.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsmap/used.h"
#include "fsmap/xfs.h"

struct group_header {
	uint8_t magic[4];     // 00  "XAGF"
	be32 version;	      // 04
	be32 number;	      // 08
	be32 blocks;	      // 0c
	be32 root_by_block;   // 10
	be32 roots[2];	      // 14
	be32 levels_by_block; // 1c
	be32 levels[2];	      // 20
	uint8_t list[12];     // 28
	be32 free;	      // 34  blocks
	be32 longest;	      // 38  blocks
	be32 tree_blocks;     // 3c
	uint8_t uuid[16];     // 40  this and the rest: version 5
	uint8_t between[136]; // 50
	uint8_t crc[4];	      // d8
};
_Static_assert(sizeof(struct group_header) == 0xdc, "XFS AGF");

struct tree_block {
	uint8_t magic[4]; // 00  "ABTB", "AB3B"
	be16 level;	  // 04  0: a leaf
	be16 count;	  // 06
	be32 left, right; // 08
	be64 place;	  // 10  in units of 512 bytes; this and the rest: version 5
	be64 lsn;	  // 18
	uint8_t uuid[16]; // 20
	be32 group;	  // 30
	uint8_t crc[4];	  // 34
};
_Static_assert(sizeof(struct tree_block) == 0x38, "XFS b-tree block");
enum { HEAD_V4 = 0x10 };

struct free_record {
	be32 block, count;
};
// Of a block that is no leaf; all keys come first, then all children.
struct node_entry {
	struct free_record key;
	be32 child;
};

// No tree of 2^31 blocks is higher.
#define MAX_LEVELS 9

struct walk {
	const struct xfs *x;
	struct map *m;
	uint32_t group;
	uint32_t blocks;  // of this group
	uint64_t behind;  // the block behind the last free one
	uint64_t free;	  // blocks found
	uint32_t longest; // blocks
	uint8_t *buf;	  // one block for each level
};

// Reads and checks a block of the tree. NULL, or a phrase on what is wrong.
static const char *read_block(struct walk *w, uint32_t block, uint32_t level, uint8_t *p)
{
	const struct xfs *x = w->x;
	struct tree_block h;
	uint64_t at = xfs_group_start(x, w->group) + (uint64_t)block * x->block;

	if (block >= w->blocks)
		return "the free-space tree leads out of the group";
	if (src_read(x->src, at, p, x->block, NULL) < 0)
		return "the free-space tree cannot be read";
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.magic, x->v5 ? "AB3B" : "ABTB", 4) != 0 || be16_get(h.level) != level)
		return "the free-space tree has a block that is none";
	if (!x->v5)
		return NULL;
	if (!xfs_crc_ok(p, x->block, offsetof(struct tree_block, crc)))
		return "the free-space tree has a wrong checksum";
	if (memcmp(h.uuid, x->uuid, 16) != 0 || be64_get(h.place) != at / 512 ||
	    be32_get(h.group) != w->group)
		return "the free-space tree has a block of another";
	return NULL;
}

static const char *take_leaf(struct walk *w, const struct free_record *r, unsigned count)
{
	for (unsigned k = 0; k < count; k++) {
		uint32_t block = be32_get(r[k].block), n = be32_get(r[k].count);

		if (block < w->behind || n == 0 || block >= w->blocks || n > w->blocks - block)
			return "the free-space tree is out of order";
		used_free(w->m, xfs_group_start(w->x, w->group) + (uint64_t)block * w->x->block,
			  (uint64_t)n * w->x->block);
		w->behind = (uint64_t)block + n;
		w->free += n;
		if (n > w->longest)
			w->longest = n;
	}
	return NULL;
}

// Everything below a block. The level falls with each step down, and what is found must ascend, so
// that no tree can make this go on for ever.
static const char *walk_tree(struct walk *w, uint32_t block, uint32_t level, bool root)
{
	uint8_t *p = w->buf + (size_t)level * w->x->block;
	const char *wrong = read_block(w, block, level, p);
	size_t head = w->x->v5 ? sizeof(struct tree_block) : HEAD_V4;
	size_t room = (w->x->block - head) /
		      (level ? sizeof(struct node_entry) : sizeof(struct free_record));
	struct tree_block h;
	unsigned count;

	if (wrong)
		return wrong;
	memcpy(&h, p, HEAD_V4);
	count = be16_get(h.count);
	if (count > room)
		return "the free-space tree has a block that is too full";
	if (count == 0 && !(root && level == 0))
		return "the free-space tree has an empty block";
	if (level == 0)
		return take_leaf(w, (const struct free_record *)(p + head), count);

	const be32 *child = (const be32 *)(p + head + room * sizeof(struct free_record));

	for (unsigned k = 0; k < count && !wrong; k++)
		wrong = walk_tree(w, be32_get(child[k]), level - 1, false);
	return wrong;
}

static const char *read_header(struct walk *w, struct group_header *h)
{
	const struct xfs *x = w->x;
	uint8_t sector[32768];
	uint32_t levels;

	if (src_read(x->src, xfs_group_start(x, w->group) + x->sector, sector, x->sector, NULL) < 0)
		return "the header cannot be read";
	memcpy(h, sector, sizeof(*h));
	if (memcmp(h->magic, "XAGF", 4) != 0 || be32_get(h->version) != 1 ||
	    be32_get(h->number) != w->group || be32_get(h->blocks) != w->blocks)
		return "the header is none";
	if (x->v5 && (!xfs_crc_ok(sector, x->sector, offsetof(struct group_header, crc)) ||
		      memcmp(h->uuid, x->uuid, 16) != 0))
		return "the header has a wrong checksum";
	levels = be32_get(h->levels_by_block);
	return levels < 1 || levels > MAX_LEVELS ? "the header contradicts itself" : NULL;
}

// NULL, or why this group is used whole.
static const char *take_group(const struct xfs *x, struct map *m, uint32_t group, uint8_t *buf)
{
	struct walk w = {
		.x = x, .m = m, .group = group, .blocks = xfs_group_length(x, group), .buf = buf
	};
	struct group_header h;
	const char *wrong = read_header(&w, &h);

	if (wrong)
		return wrong;
	// The headers of a group are in its first four sectors.
	w.behind = (4 * x->sector + x->block - 1) / x->block;
	wrong = walk_tree(&w, be32_get(h.root_by_block), be32_get(h.levels_by_block) - 1, true);
	if (!wrong && (w.free != be32_get(h.free) || w.longest != be32_get(h.longest)))
		wrong = "the free-space tree and the header disagree";
	if (wrong)
		map_set(m, xfs_group_start(x, group), (uint64_t)w.blocks * x->block, MAP_DONE);
	return wrong;
}

int xfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct xfs x;
	struct doubt d = { 0 };
	int clean;

	if (xfs_read(s, &x, e) < 0)
		return -1;
	if (x.log_len == 0)
		return err_set(e, 0, "XFS whose log is on another device");
	clean = xfs_log_clean(&x, e);
	if (clean < 0)
		return -1;

	uint8_t *touched = mem_zero(x.groups, 1);

	if (clean == 0 && xfs_log_groups(&x, touched, e) < 0) {
		free(touched);
		return err_prefix(e, "XFS whose log must be replayed");
	}

	uint8_t *buf = mem_alloc((size_t)MAX_LEVELS * x.block);

	map_set(m, 0, m->size, MAP_DONE);
	for (uint32_t g = 0; g < x.groups; g++) {
		const char *wrong =
			touched[g] ? "the log has changes to replay" : take_group(&x, m, g, buf);

		if (wrong)
			used_doubt(&d, (uint64_t)xfs_group_length(&x, g) * x.block,
				   "in allocation group %u %s", g, wrong);
	}
	free(buf);
	free(touched);
	map_set(m, x.log, x.log_len, MAP_DONE);
	used_tell(&d, why, why_size);
	if (x.realtime && d.reasons == 0)
		snprintf(why, why_size, "files on its realtime device are not here");
	return 0;
}
