// SPDX-License-Identifier: GPL-2.0-or-later
// Which parts of a btrfs device are in use: the superblocks, and the extents of the extent tree,
// wherever the chunks put their copies. What no chunk has was never given out and is free.
//
// The tree is always that of a whole commit, for nothing is ever overwritten in place; only what
// was synced since then stands in the log tree: its blocks and what they refer to is in use, too. A
// chunk whose extents do not add up to what its block group states is used whole, as are all when
// the trees cannot be read, and those of a file system on several devices.
#include <stdlib.h>
#include <string.h>

#include "fsmap/btrfs.h"
#include "fsmap/used.h"

// Objects with a negative number: trees of the log.
#define LOG_TREES ((uint64_t)-6)

struct usage {
	struct btrfs *b;
	struct map logical; // all chunks, by logical address
	uint64_t behind;    // the address behind the last extent
};

static int take_extent(struct usage *u, uint64_t at, uint64_t len, struct err *e)
{
	struct btrfs_chunk *c = btrfs_chunk_of(u->b, at, len);

	if (!c || at < u->behind || len == 0)
		return err_set(e, 0, "extent at 0x%llx: makes no sense", (unsigned long long)at);
	if (at > u->behind)
		used_free(&u->logical, u->behind, at - u->behind);
	u->behind = at + len;
	c->found += len;
	return 0;
}

static int take_group(struct usage *u, const struct btrfs_key *k, struct view data, struct err *e)
{
	struct btrfs_chunk *c = btrfs_chunk_of(u->b, k->object, k->offset);
	const le64 *used = view_at(data, 0, sizeof(*used));

	if (!c || c->logical != k->object || c->len != k->offset || !used)
		return err_set(e, 0, "block group at 0x%llx: makes no sense",
			       (unsigned long long)k->object);
	c->stated = le64_get(*used);
	return 0;
}

static int take_item(void *arg, const struct btrfs_key *k, struct view data, struct err *e)
{
	struct usage *u = arg;

	switch (k->type) {
	case BTRFS_EXTENT: return take_extent(u, k->object, k->offset, e);
	case BTRFS_TREE_BLOCK: return take_extent(u, k->object, u->b->node, e);
	case BTRFS_BLOCK_GROUP: return take_group(u, k, data, e);
	default: return 0;
	}
}

static int walk_named(struct usage *u, uint64_t tree, struct err *e)
{
	struct btrfs_visit v = { .item = take_item, .arg = u, .high = UINT64_MAX };
	struct btrfs_root root;
	int r = btrfs_find_root(u->b, tree, &root, e);

	if (r == 0)
		return err_set(e, 0, "tree %llu is missing", (unsigned long long)tree);
	return r < 0 ? -1 : btrfs_walk(u->b, &root, &v, e);
}

static void log_block(void *arg, uint64_t at)
{
	struct usage *u = arg;

	map_set(&u->logical, at, u->b->node, MAP_DONE);
}

static int log_item(void *arg, const struct btrfs_key *k, struct view data, struct err *e)
{
	struct usage *u = arg;
	const struct btrfs_extent *x = view_at(data, 0, sizeof(*x));
	const struct btrfs_extent_place *f = view_at(data, sizeof(*x), sizeof(*f));

	if (k->type != BTRFS_FILE_EXTENT || (x && x->type == 0))
		return 0;
	if (!f)
		return err_set(e, 0, "an extent is cut off");
	map_set(&u->logical, le64_get(f->at), le64_get(f->len), MAP_DONE);
	return 0;
}

static int log_root(void *arg, const struct btrfs_key *k, struct view data, struct err *e)
{
	struct usage *u = arg;
	struct btrfs_visit v = {
		.item = log_item, .block = log_block, .arg = u, .high = UINT64_MAX
	};
	struct btrfs_root root;

	if (k->type != BTRFS_ROOT)
		return 0;
	return btrfs_root_of(data, &root, e) < 0 ? -1 : btrfs_walk(u->b, &root, &v, e);
}

static int take_log(struct usage *u, struct err *e)
{
	const struct btrfs_super *b = &u->b->super;
	struct btrfs_visit v = {
		.item = log_root, .block = log_block, .arg = u, .low = LOG_TREES, .high = LOG_TREES
	};
	struct btrfs_root root = { le64_get(b->log_root), UINT64_MAX, b->log_root_level };

	if (root.at == 0 || btrfs_walk(u->b, &root, &v, e) == 0)
		return 0;
	return err_prefix(e, "log tree");
}

// The free parts of the logical addresses. -1: not known.
static int find_free(struct usage *u, struct doubt *d, struct err *e)
{
	struct btrfs *b = u->b;

	if (le64_get(b->super.devices) != 1)
		return err_set(e, 0, "it is one of %llu devices",
			       (unsigned long long)le64_get(b->super.devices));
	if (walk_named(u, BTRFS_EXTENT_TREE, e) < 0)
		return -1;
	used_free(&u->logical, u->behind, u->logical.size - u->behind);
	if ((le64_get(b->super.compat_ro) & BTRFS_RO_BLOCK_GROUP_TREE) &&
	    walk_named(u, BTRFS_BLOCK_GROUP_TREE, e) < 0)
		return -1;
	for (size_t k = 0; k < b->n_chunks; k++) {
		struct btrfs_chunk *c = &b->chunks[k];

		if (c->found == c->stated)
			continue;
		map_set(&u->logical, c->logical, c->len, MAP_DONE);
		used_doubt(d, c->len, "the extents of block group 0x%llx do not add up",
			   (unsigned long long)c->logical);
	}
	return take_log(u, e);
}

static int by_physical(const void *a, const void *b)
{
	const struct btrfs_copy *x = a, *y = b;

	return x->physical < y->physical ? -1 : x->physical > y->physical;
}

// What is free of one copy of a chunk.
static void fill_copy(const struct usage *u, const struct btrfs_copy *copy, struct map *m)
{
	uint64_t end = copy->logical + copy->len;
	struct range r;

	for (uint64_t at = copy->logical;
	     at < end && map_next(&u->logical, at, MAP_TODO, &r) && r.off < end;
	     at = r.off + r.len) {
		uint64_t len = r.len < end - r.off ? r.len : end - r.off;

		used_free(m, copy->physical + (r.off - copy->logical), len);
	}
}

// From logical to physical, in the order of the device, which is how a map grows best. known: the
// free parts of the chunks are; else only what is outside of them is free.
static int fill(const struct usage *u, bool known, struct map *m, struct err *e)
{
	const struct btrfs *b = u->b;
	struct btrfs_copy *copies = mem_alloc((b->n_copies + 1) * sizeof(*copies));
	uint64_t at = 0, end = le64_get(b->super.device.size);
	int rc = 0;

	if (b->n_copies)
		memcpy(copies, b->copies, b->n_copies * sizeof(*copies));
	qsort(copies, b->n_copies, sizeof(*copies), by_physical);
	map_set(m, 0, m->size, MAP_DONE);
	for (size_t k = 0; k < b->n_copies && rc == 0; k++) {
		const struct btrfs_copy *c = &copies[k];

		if (c->physical < at) {
			rc = err_set(e, 0, "chunks overlap");
			break;
		}
		used_free(m, at, c->physical - at);
		at = c->physical + c->len;
		if (known && btrfs_chunk_of(b, c->logical, 1)->linear)
			fill_copy(u, c, m);
	}
	if (rc == 0)
		used_free(m, at, end - at);
	free(copies);
	return rc;
}

// Where superblocks are, and the start of the device, which boot loaders use: never given out.
static void keep_reserved(struct map *m)
{
	map_set(m, 0, MIB, MAP_DONE);
	for (unsigned n = 0; btrfs_super_place(n) != 0; n++)
		map_set(m, btrfs_super_place(n), 64 * KIB, MAP_DONE);
}

int btrfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct doubt d = { 0 }, all = { 0 };
	struct usage u = { 0 };
	struct err reason;
	struct btrfs b;
	bool known;
	int rc;

	if (btrfs_open(s, &b, e) < 0) {
		btrfs_close(&b);
		return -1;
	}
	u.b = &b;
	if (b.n_chunks)
		map_init(&u.logical,
			 b.chunks[b.n_chunks - 1].logical + b.chunks[b.n_chunks - 1].len, MAP_DONE);
	known = find_free(&u, &d, &reason) == 0;
	if (!known)
		used_doubt(&all, le64_get(b.super.device.used), "%s", reason.text);
	rc = fill(&u, known, m, e);
	keep_reserved(m);
	used_tell(known ? &d : &all, why, why_size);
	map_free(&u.logical);
	btrfs_close(&b);
	return rc;
}
