// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: single items. Each question goes down from the tree's root, through the blocks that were
// kept; so nothing needs to be remembered between two of them but the key.
#include <stdlib.h>
#include <string.h>

#include "fsmap/btrfs_file.h"

#define BUDGET (64 * MIB)
#define STEPS (1u << 24)

void btrfs_ask(struct btrfs_fs *x)
{
	x->budget = BUDGET;
	x->steps = STEPS;
}

static const uint8_t *block_of(struct btrfs_fs *x, const struct btrfs_root *r, struct err *e)
{
	struct btrfs_kept *k = &x->kept[r->at / x->b.node % BTRFS_KEPT];

	if (k->valid && k->root.at == r->at && k->root.generation == r->generation &&
	    k->root.level == r->level)
		return k->p;
	if (x->budget < x->b.node) {
		err_set(e, 0, "its trees have no end");
		return NULL;
	}
	x->budget -= x->b.node;
	if (!k->p)
		k->p = mem_alloc(x->b.node);
	k->root = *r;
	k->valid = !btrfs_read_block(&x->b, r, k->p, e);
	return k->valid ? k->p : NULL;
}

// What a block is made of: items or pointers, whose keys come first.
struct entries {
	struct view body;
	uint32_t count, size;
};

static bool entries_of(const struct btrfs_fs *x, const uint8_t *p, uint8_t level, struct entries *n)
{
	struct btrfs_block h;

	memcpy(&h, p, sizeof h);
	n->body = view_of(p + sizeof h, x->b.node - sizeof h);
	n->count = le32_get(h.count);
	n->size = level ? sizeof(struct btrfs_pointer) : sizeof(struct btrfs_item);
	return n->count <= n->body.len / n->size;
}

static struct btrfs_key key_at(const struct entries *n, uint32_t i)
{
	return btrfs_key_get((const void *)(n->body.base + (size_t)i * n->size));
}

// The first whose key is not before this one; count when all are.
static uint32_t first_from(const struct entries *n, const struct btrfs_key *key)
{
	uint32_t low = 0, high = n->count;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		struct btrfs_key k = key_at(n, middle);

		if (btrfs_key_less(&k, key))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

// Down to the leaf that would have the key. *bound: where the next leaf begins; *more: there is
// one.
static int go_down(struct btrfs_fs *x, const struct btrfs_root *tree, const struct btrfs_key *key,
		   struct entries *leaf, struct btrfs_key *bound, bool *more, struct err *e)
{
	struct btrfs_root at = *tree;

	*more = false;
	for (;;) {
		const uint8_t *p = block_of(x, &at, e);
		struct btrfs_pointer child;
		uint32_t i;

		if (!p)
			return -1;
		if (!entries_of(x, p, at.level, leaf) || (at.level && !leaf->count))
			return err_set(e, 0, "tree block at 0x%llx: makes no sense",
				       (unsigned long long)at.at);
		if (!at.level)
			return 0;
		i = first_from(leaf, key);
		if (i == leaf->count)
			i--;
		else if (i) {
			struct btrfs_key k = key_at(leaf, i);

			i -= btrfs_key_less(key, &k);
		}
		if (i + 1 < leaf->count) {
			*bound = key_at(leaf, i + 1);
			*more = true;
		}
		memcpy(&child, leaf->body.base + i * sizeof child, sizeof child);
		at = (struct btrfs_root){ le64_get(child.at), le64_get(child.generation),
					  (uint8_t)(at.level - 1) };
	}
}

int btrfs_next(struct btrfs_fs *x, const struct btrfs_root *tree, struct btrfs_key *key,
	       struct view *data, struct err *e)
{
	if (tree->level > BTRFS_MAX_LEVEL)
		return err_set(e, 0, "tree block at 0x%llx: wrong level",
			       (unsigned long long)tree->at);
	while (x->steps--) {
		struct btrfs_key bound;
		struct btrfs_item item;
		struct entries leaf;
		bool more;
		uint32_t i;

		if (go_down(x, tree, key, &leaf, &bound, &more, e))
			return -1;
		i = first_from(&leaf, key);
		if (i == leaf.count) {
			if (!more || !btrfs_key_less(key, &bound))
				return more ? err_set(e, 0, "a tree is out of order") : 0;
			*key = bound;
			continue;
		}
		memcpy(&item, leaf.body.base + i * sizeof item, sizeof item);
		*key = btrfs_key_get(&item.key);
		if (!view_at(leaf.body, le32_get(item.off), le32_get(item.len)))
			return err_set(e, 0, "an item lies outside of its block");
		*data = view_sub(leaf.body, le32_get(item.off), le32_get(item.len));
		return 1;
	}
	x->steps = 0;
	return err_set(e, 0, "its trees have no end");
}

int btrfs_item(struct btrfs_fs *x, const struct btrfs_root *tree, struct btrfs_key key,
	       struct view *data, struct err *e)
{
	struct btrfs_key k = key;
	int rc = btrfs_next(x, tree, &k, data, e);

	return rc > 0 ? !btrfs_key_less(&key, &k) : rc;
}

int btrfs_tree(struct btrfs_fs *x, uint64_t number, struct btrfs_root *tree, struct err *e)
{
	struct btrfs_root roots = btrfs_roots(&x->b);
	struct btrfs_key key = { .object = number, .type = BTRFS_ROOT };
	struct view data;
	int rc = btrfs_next(x, &roots, &key, &data, e);

	if (rc > 0 && (key.object != number || key.type != BTRFS_ROOT))
		return 0;
	return rc > 0 ? (btrfs_root_of(data, tree, e) ? -1 : 1) : rc;
}
