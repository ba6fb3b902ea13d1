// SPDX-License-Identifier: GPL-2.0-or-later
// The b-trees of an allocation group, gone through past blocks that are missing.
#include <string.h>

#include "fsmap/xfs_owner.h"

struct head {
	uint8_t magic[4];
	be16 level; // 0: a leaf
	be16 count;
};
enum { HEAD_V4 = 0x10, HEAD_V5 = 0x38 };

struct walk {
	struct xfs_asked *a;
	const struct xfs_tree *t;
	uint32_t group;
	void *arg;
};

static void damaged(const struct walk *w, const char *how)
{
	owner_doubt(w->a->o, "%s of allocation group %u is %s", w->t->name, w->group, how);
}

// Everything below a block; the level falls with each step down.
static void walk(struct walk *w, uint32_t block, uint32_t level)
{
	const struct xfs *x = &w->a->x;
	const struct xfs_tree *t = w->t;
	uint64_t off = xfs_group_start(x, w->group) + (uint64_t)block * x->block;
	size_t at = x->v5 ? HEAD_V5 : HEAD_V4, room = x->block - at;
	uint8_t *p = w->a->node[level];
	struct head h;
	unsigned count;
	be32 child;

	if (block >= xfs_group_length(x, w->group)) {
		damaged(w, "damaged");
		return;
	}
	owner_take(w->a->o, off, x->block, OWNER_METADATA);
	if (level == 0 && !t->leaf)
		return;
	if (owner_read(w->a->o, off, p, x->block) > 0) {
		damaged(w, "not all there");
		return;
	}
	memcpy(&h, p, sizeof(h));
	count = be16_get(h.count);
	room /= level ? t->key + sizeof(child) : t->record;
	if (memcmp(h.magic, x->v5 ? t->magic5 : t->magic4, 4) != 0 || be16_get(h.level) != level ||
	    count > room) {
		damaged(w, "damaged");
		return;
	}
	if (level == 0) {
		t->leaf(w->arg, p + at, count);
		return;
	}
	for (unsigned k = 0; k < count && !w->a->o->stopped; k++) {
		memcpy(&child, p + at + room * t->key + k * sizeof(child), sizeof(child));
		walk(w, be32_get(child), level - 1);
	}
}

void xfs_tree(struct xfs_asked *a, const struct xfs_tree *t, uint32_t group, uint32_t root,
	      uint32_t levels, void *arg)
{
	struct walk w = { a, t, group, arg };

	if (levels < 1 || levels > XFS_TREE_LEVELS)
		damaged(&w, "damaged");
	else
		walk(&w, root, levels - 1);
}
