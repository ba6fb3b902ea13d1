// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: reading its trees. A block is believed when its checksum, its address, its file system and
// the generation that its parent states are right.
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "fsmap/btrfs.h"

struct walk {
	const struct btrfs *b;
	const struct btrfs_visit *v;
	struct btrfs_key last; // of the items seen
	bool any;
	uint8_t *buf; // one block for each level
};

const char *btrfs_block_wrong(const struct btrfs *b, const struct btrfs_root *r, const uint8_t *p)
{
	struct btrfs_block h;
	le32 stored;

	memcpy(&h, p, sizeof(h));
	memcpy(&stored, h.checksum, 4);
	if (crc32c_add(0, p + 32, b->node - 32) != le32_get(stored))
		return "wrong checksum";
	if (le64_get(h.at) != r->at || memcmp(h.uuid, b->block_uuid, 16) != 0)
		return "a block of another";
	if (r->generation != UINT64_MAX && le64_get(h.generation) != r->generation)
		return "wrong generation";
	return h.level != r->level ? "wrong level" : NULL;
}

int btrfs_read_block(const struct btrfs *b, const struct btrfs_root *r, uint8_t *p, struct err *e)
{
	const struct btrfs_chunk *c = btrfs_chunk_of(b, r->at, b->node);
	const char *wrong = "not on this device";

	for (size_t k = 0; c && c->linear && k < c->n; k++) {
		const struct btrfs_copy *copy = &b->copies[c->first + k];

		wrong = src_read(b->src, copy->physical + (r->at - c->logical), p, b->node, NULL) <
					0
				? "unreadable"
				: btrfs_block_wrong(b, r, p);
		if (!wrong)
			return 0;
	}
	return err_set(e, 0, "tree block at 0x%llx: %s", (unsigned long long)r->at, wrong);
}

static int bad_block(uint64_t at, const char *what, struct err *e)
{
	return err_set(e, 0, "tree block at 0x%llx: %s", (unsigned long long)at, what);
}

static int walk_leaf(struct walk *w, uint64_t at, struct view body, uint32_t count, struct err *e)
{
	for (uint32_t n = 0; n < count; n++) {
		const struct btrfs_item *i = view_at(body, n * sizeof(*i), sizeof(*i));
		const void *data = i ? view_at(body, le32_get(i->off), le32_get(i->len)) : NULL;

		if (!data)
			return bad_block(at, "an item outside of it", e);
		struct btrfs_key key = btrfs_key_get(&i->key);

		if (w->any && !btrfs_key_less(&w->last, &key))
			return bad_block(at, "out of order", e);
		w->last = key;
		w->any = true;
		if (w->v->item && key.object >= w->v->low && key.object <= w->v->high &&
		    w->v->item(w->v->arg, &key, view_of(data, le32_get(i->len)), e) < 0)
			return -1;
	}
	return 0;
}

static int walk_block(struct walk *w, const struct btrfs_root *r, bool top, struct err *e);

// The children that may hold what is wanted.
static int walk_node(struct walk *w, const struct btrfs_root *r, struct view body, uint32_t count,
		     struct err *e)
{
	for (uint32_t n = 0; n < count; n++) {
		const struct btrfs_pointer *p = view_at(body, n * sizeof(*p), sizeof(*p));
		const struct btrfs_pointer *next =
			n + 1 < count ? view_at(body, (n + 1) * sizeof(*p), sizeof(*p)) : NULL;

		if (!p)
			return bad_block(r->at, "too many pointers", e);
		if (next && le64_get(next->key.object) < w->v->low)
			continue;
		if (le64_get(p->key.object) > w->v->high)
			break;
		struct btrfs_root child = { le64_get(p->at), le64_get(p->generation),
					    (uint8_t)(r->level - 1) };

		if (walk_block(w, &child, false, e) < 0)
			return -1;
	}
	return 0;
}

// The level falls with each step down and the keys found must ascend, so that no tree can make this
// go on for ever.
static int walk_block(struct walk *w, const struct btrfs_root *r, bool top, struct err *e)
{
	uint8_t *p = w->buf + (size_t)r->level * w->b->node;
	struct view body =
		view_of(p + sizeof(struct btrfs_block), w->b->node - sizeof(struct btrfs_block));
	struct btrfs_block h;
	uint32_t count;

	if (btrfs_read_block(w->b, r, p, e) < 0)
		return -1;
	memcpy(&h, p, sizeof(h));
	count = le32_get(h.count);
	if (count == 0 && !(top && r->level == 0))
		return bad_block(r->at, "empty", e);
	if (w->v->block)
		w->v->block(w->v->arg, r->at);
	return r->level == 0 ? walk_leaf(w, r->at, body, count, e)
			     : walk_node(w, r, body, count, e);
}

int btrfs_walk(const struct btrfs *b, const struct btrfs_root *r, const struct btrfs_visit *v,
	       struct err *e)
{
	struct walk w = { .b = b, .v = v };
	int rc;

	if (r->level > BTRFS_MAX_LEVEL)
		return bad_block(r->at, "wrong level", e);
	w.buf = mem_alloc((size_t)(r->level + 1) * b->node);
	rc = walk_block(&w, r, true, e);
	free(w.buf);
	return rc;
}

struct root_item {
	uint8_t inode[160];	 // 00
	le64 generation, folder; // a0
	le64 at;		 // b0
	uint8_t between[54];	 // b8
	uint8_t level;		 // ee
};
_Static_assert(sizeof(struct root_item) == 0xef, "btrfs root item");

int btrfs_root_of(struct view item, struct btrfs_root *r, struct err *e)
{
	const struct root_item *i = view_at(item, 0, sizeof(*i));

	if (!i)
		return err_set(e, 0, "the root of a tree is cut off");
	*r = (struct btrfs_root){ le64_get(i->at), le64_get(i->generation), i->level };
	return 0;
}

struct search {
	struct btrfs_root *root;
	int found;
};

static int take_root(void *arg, const struct btrfs_key *k, struct view data, struct err *e)
{
	struct search *s = arg;

	if (k->type != BTRFS_ROOT)
		return 0;
	s->found = 1;
	return btrfs_root_of(data, s->root, e);
}

struct btrfs_root btrfs_roots(const struct btrfs *b)
{
	return (struct btrfs_root){ le64_get(b->super.root), le64_get(b->super.generation),
				    b->super.root_level };
}

int btrfs_find_root(const struct btrfs *b, uint64_t tree, struct btrfs_root *r, struct err *e)
{
	struct search s = { .root = r };
	struct btrfs_visit v = { .item = take_root, .arg = &s, .low = tree, .high = tree };
	struct btrfs_root roots = btrfs_roots(b);

	return btrfs_walk(b, &roots, &v, e) < 0 ? -1 : s.found;
}
