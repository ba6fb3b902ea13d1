// SPDX-License-Identifier: GPL-2.0-or-later
// Whose the bytes of a btrfs are that could not be read: all trees are gone through, past what is
// missing; what the extents of files have is theirs, in every subvolume and snapshot that has them.
// Of two copies one is enough. An inode is known by its tree and its number in it.
//
// Inodes whose items stood in what is missing are hits, too: the folders still know them. A log
// tree that waits to be replayed is not looked into.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fsmap/btrfs_file.h"
#include "fsmap/owner.h"

enum { TREE_SHIFT = 44, MAX_TREES = 1 << 16, MAX_GAPS = 4096, SECTOR = 4096 };

struct asked {
	struct owner *o;
	struct btrfs_fs x; // for single questions
	struct one_tree {
		uint64_t id;
		struct btrfs_root root;
	} * tree; // all of them, by id
	size_t trees;
	struct gap { // what is missing of one: keys from low to high
		size_t tree;
		struct btrfs_key low, high;
	} gap[MAX_GAPS];
	size_t gaps;
	size_t top;  // which of them is
	size_t now;  // the tree that is gone through,
	uint64_t id; // and its number
	// The inode whose items come now.
	uint64_t inode, size, end; // end: of its last extent
	unsigned mode;
	void (*item)(struct asked *a, const struct btrfs_key *k, struct view data);
};

#define INODES ((UINT64_C(1) << TREE_SHIFT) - 1)

// A number for an inode of a tree; those of the top keep theirs.
static uint64_t number(const struct asked *a, size_t tree, uint64_t inode)
{
	return (tree == a->top ? 0 : (uint64_t)(tree + 1) << TREE_SHIFT) | (inode & INODES);
}

// And back.
static struct path_at at_number(const struct asked *a, uint64_t inode)
{
	uint64_t tree = inode >> TREE_SHIFT ? (inode >> TREE_SHIFT) - 1 : a->top;

	return (struct path_at){ tree < a->trees ? a->tree[tree].id : 0, inode & INODES };
}

static const char *kind(unsigned mode)
{
	return !mode || S_ISREG(mode) ? "file"
	       : S_ISDIR(mode)	      ? "directory"
	       : S_ISLNK(mode)	      ? "link"
				      : "other";
}

static void hit(struct asked *a, uint64_t inode, unsigned mode, uint64_t bytes)
{
	struct owner_hit *h = owner_hit(a->o, number(a, a->now, inode), kind(mode));

	if (h)
		h->bytes += bytes;
}

// --- trees

// What is below a block is missing.
static void take_gap(struct asked *a, const struct btrfs_key *low, const struct btrfs_key *high)
{
	owner_doubt(a->o, "a block of tree %llu is missing, and with it what it tells",
		    (unsigned long long)a->id);
	if (!btrfs_has_files(a->id) || a->gaps == MAX_GAPS)
		return;
	a->gap[a->gaps++] = (struct gap){ a->now, *low, *high };
	// the rest of an inode that began before
	if (low->type > BTRFS_INODE && low->object == a->inode)
		hit(a, a->inode, a->mode,
		    S_ISREG(a->mode) && a->size > a->end ? a->size - a->end : 0);
}

// All copies of a block are the file system's own. False: none of them can be had.
static bool read_block(struct asked *a, const struct btrfs_root *r, uint8_t *p)
{
	const struct btrfs *b = &a->x.b;
	const struct btrfs_chunk *c = btrfs_chunk_of(b, r->at, b->node);
	bool found = false;

	for (size_t k = 0; c && c->linear && k < c->n; k++) {
		uint64_t at = b->copies[c->first + k].physical + (r->at - c->logical);

		owner_take(a->o, at, b->node, OWNER_METADATA);
		if (!found)
			found = !owner_read(a->o, at, p, b->node) && !btrfs_block_wrong(b, r, p);
	}
	return found;
}

static void walk(struct asked *a, const struct btrfs_root *r, struct btrfs_key low,
		 struct btrfs_key high);

static void walk_leaf(struct asked *a, struct view body, uint32_t count)
{
	for (uint32_t n = 0; n < count && !a->o->stopped && a->item; n++) {
		const struct btrfs_item *i = view_at(body, n * sizeof *i, sizeof *i);
		struct btrfs_key key;

		if (!i || !view_at(body, le32_get(i->off), le32_get(i->len)))
			return;
		key = btrfs_key_get(&i->key);
		a->item(a, &key, view_sub(body, le32_get(i->off), le32_get(i->len)));
	}
}

static void walk_node(struct asked *a, struct view body, uint32_t count, uint8_t level,
		      struct btrfs_key high)
{
	for (uint32_t n = 0; n < count && !a->o->stopped; n++) {
		const struct btrfs_pointer *p = view_at(body, n * sizeof *p, sizeof *p);
		const struct btrfs_pointer *next =
			n + 1 < count ? view_at(body, (n + 1) * sizeof *p, sizeof *p) : NULL;

		if (!p)
			return;
		struct btrfs_root child = { le64_get(p->at), le64_get(p->generation),
					    (uint8_t)(level - 1) };

		walk(a, &child, btrfs_key_get(&p->key), next ? btrfs_key_get(&next->key) : high);
	}
}

// The keys of what is below r go from low to high.
static void walk(struct asked *a, const struct btrfs_root *r, struct btrfs_key low,
		 struct btrfs_key high)
{
	uint8_t *p = mem_alloc(a->x.b.node);
	struct view body =
		view_of(p + sizeof(struct btrfs_block), a->x.b.node - sizeof(struct btrfs_block));
	struct btrfs_block h;

	if (r->level > BTRFS_MAX_LEVEL || !read_block(a, r, p)) {
		take_gap(a, &low, &high);
	} else {
		memcpy(&h, p, sizeof h);
		if (r->level)
			walk_node(a, body, le32_get(h.count), r->level, high);
		else
			walk_leaf(a, body, le32_get(h.count));
	}
	free(p);
}

static void walk_all(struct asked *a, uint64_t id, const struct btrfs_root *r)
{
	a->id = id;
	walk(a, r, (struct btrfs_key){ 0 },
	     (struct btrfs_key){ UINT64_MAX, UINT64_MAX, UINT8_MAX });
}

// --- what is in them

// Of several copies: what one of them has is not missed in the others. Returns bytes that none has.
static uint64_t take_copies(struct asked *a, const struct btrfs_chunk *c, enum owner_what what,
			    uint64_t at, uint64_t len)
{
	const struct btrfs_copy *copy = &a->x.b.copies[c->first];
	uint64_t sum = 0;

	for (uint64_t n; len && !a->o->stopped; at += n, len -= n) {
		uint64_t off = at - c->logical, least = n = len < SECTOR ? len : SECTOR;

		for (size_t k = 0; k < c->n; k++) {
			uint64_t gone = owner_missing(a->o, copy[k].physical + off, n);

			least = gone < least ? gone : least;
		}
		for (size_t k = 0; k < c->n; k++)
			owner_take(a->o, copy[k].physical + off, n, least ? what : OWNER_FREE);
		sum += least;
	}
	return sum;
}

// A piece of a file lies in a logical range.
static void take(struct asked *a, struct owner_file *f, enum owner_piece what, uint64_t in_file,
		 uint64_t at, uint64_t len)
{
	const struct btrfs_chunk *c = btrfs_chunk_of(&a->x.b, at, len);
	uint64_t inside = in_file >= f->size	    ? 0
			  : len < f->size - in_file ? len
						    : f->size - in_file;

	if (!c || !c->linear || !c->n)
		owner_doubt(a->o, "an extent lies outside of all chunks, or on another device");
	else if (c->n == 1)
		owner_piece(f, what, in_file, a->x.b.copies[c->first].physical + (at - c->logical),
			    len);
	else if (what == OWNER_DATA)
		f->missing += take_copies(a, c, f->what, at, inside);
}

static void see_extent(struct asked *a, const struct btrfs_key *k, struct view data,
		       enum owner_what what)
{
	const struct btrfs_extent *h = view_at(data, 0, sizeof *h);
	const struct btrfs_extent_place *p = view_at(data, sizeof *h, sizeof *p);
	struct owner_file f = { .o = a->o, .what = what, .size = UINT64_MAX };
	uint64_t size = a->inode == k->object ? a->size : UINT64_MAX;

	if (!h || !h->type || !p)
		return;
	if (a->inode == k->object && le64_get(p->part) <= UINT64_MAX - k->offset)
		a->end = k->offset + le64_get(p->part);
	if (!le64_get(p->at))
		return;
	if (h->packing) {
		take(a, &f, OWNER_DATA, 0, le64_get(p->at), le64_get(p->len));
		f.missing = f.missing ? le64_get(p->part) : 0;
	} else if (le64_get(p->off) <= UINT64_MAX - le64_get(p->at)) {
		f.size = size;
		take(a, &f, h->type == 2 ? OWNER_UNWRITTEN : OWNER_DATA, k->offset,
		     le64_get(p->at) + le64_get(p->off), le64_get(p->part));
	}
	if (f.missing && what == OWNER_CONTENTS)
		hit(a, k->object, a->inode == k->object ? a->mode : 0, f.missing);
}

static void see_file(struct asked *a, const struct btrfs_key *k, struct view data)
{
	struct btrfs_inode n;

	if (k->type == BTRFS_INODE && data.len >= sizeof n) {
		memcpy(&n, data.base, sizeof n);
		a->inode = k->object;
		a->mode = le32_get(n.mode);
		a->size = le64_get(n.size);
		a->end = 0;
	} else if (k->type == BTRFS_FILE_EXTENT) {
		see_extent(a, k, data, OWNER_CONTENTS);
	}
}

// Its own trees have files, too: what it remembers of free space.
static void see_own(struct asked *a, const struct btrfs_key *k, struct view data)
{
	if (k->type == BTRFS_FILE_EXTENT)
		see_extent(a, k, data, OWNER_METADATA);
}

static void add_tree(struct asked *a, uint64_t id, const struct btrfs_root *r)
{
	if (a->trees == MAX_TREES)
		return;
	a->tree = mem_grow(a->tree, a->trees + 1, sizeof *a->tree);
	a->tree[a->trees++] = (struct one_tree){ id, *r };
}

// Of the tree of roots, whose numbers ascend.
static void see_root(struct asked *a, const struct btrfs_key *k, struct view data)
{
	struct btrfs_root r;

	if (k->type == BTRFS_ROOT && (!a->trees || a->tree[a->trees - 1].id < k->object) &&
	    !btrfs_root_of(data, &r, NULL))
		add_tree(a, k->object, &r);
	else
		see_own(a, k, data);
}

// --- names

static bool in_gap(const struct asked *a, uint64_t inode)
{
	for (size_t i = 0; i < a->gaps; i++)
		if (a->gap[i].tree == a->now && inode >= a->gap[i].low.object &&
		    inode <= a->gap[i].high.object)
			return true;
	return false;
}

// An entry whose inode stood in what is missing.
static void see_entry(struct asked *a, const struct btrfs_key *k, struct view data)
{
	struct owner_search s = { .o = a->o, .inode = number(a, a->now, k->object) };
	struct btrfs_dir_entry d;
	struct owner_hit *h;
	const char *name;
	struct view inode;
	size_t at = 0;

	if (k->type != BTRFS_DIR_INDEX || !(name = btrfs_next_name(data, &at, &d)) ||
	    d.location.type != BTRFS_INODE || !in_gap(a, le64_get(d.location.object)))
		return;
	uint64_t id = number(a, a->now, le64_get(d.location.object));

	btrfs_ask(&a->x);
	if (btrfs_item(&a->x, &a->tree[a->now].root, btrfs_key_get(&d.location), &inode, NULL) <=
	    0) {
		h = owner_hit(a->o, id, "file");
		if (h)
			h->gone = true;
	}
	owner_name_hits(&s, id, name, le16_get(d.name_len), d.type);
}

static bool up(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME])
{
	struct asked *a = arg;
	struct path_at at = at_number(a, inode);
	size_t low = 0, high = a->trees;

	btrfs_ask(&a->x);
	if (btrfs_up(&a->x, &at, name, NULL) <= 0)
		return false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (a->tree[middle].id < at.tree)
			low = middle + 1;
		else
			high = middle;
	}
	*parent = number(a, low, at.inode);
	return low < a->trees && a->tree[low].id == at.tree;
}

static void give_names(struct asked *a)
{
	a->o->naming = true;
	a->item = see_entry;
	for (a->now = 0; a->now < a->trees; a->now++)
		for (size_t i = 0; i < a->gaps; i++)
			if (a->gap[i].tree == a->now) {
				walk_all(a, a->tree[a->now].id, &a->tree[a->now].root);
				break;
			}
	for (size_t i = 0; i < a->o->hits && !a->o->stopped; i++) {
		uint64_t inode = a->o->hit[i].inode, parent;
		char name[OWNER_NAME];

		if (up(a, inode, &parent, name))
			owner_name(a->o, parent, inode, name, strlen(name), NULL);
	}
}

// --- all of it

static void take_places(struct asked *a)
{
	owner_take(a->o, 0, MIB, OWNER_METADATA);
	for (unsigned n = 0; btrfs_super_place(n); n++)
		owner_take(a->o, btrfs_super_place(n), 64 * KIB, OWNER_METADATA);
}

static void ask(struct asked *a)
{
	const struct btrfs_super *s = &a->x.b.super;
	struct btrfs_root roots = btrfs_roots(&a->x.b);
	struct btrfs_root chunks = { le64_get(s->chunk_root), le64_get(s->chunk_root_generation),
				     s->chunk_root_level };

	if (le64_get(s->log_root))
		owner_doubt(a->o, "its log tree was not replayed: what it changes is not seen");
	if (le64_get(s->devices) > 1)
		owner_doubt(a->o, "it is one of %llu devices",
			    (unsigned long long)le64_get(s->devices));
	take_places(a);
	walk_all(a, BTRFS_CHUNK_TREE, &chunks);
	a->item = see_root;
	walk_all(a, BTRFS_ROOT_TREE, &roots);
	while (a->top < a->trees && a->tree[a->top].id != BTRFS_FS_TREE)
		a->top++;
	for (a->now = 0; a->now < a->trees && !a->o->stopped; a->now++) {
		owner_at(a->o, a->now, a->trees);
		a->item = btrfs_has_files(a->tree[a->now].id) ? see_file : see_own;
		a->inode = 0;
		walk_all(a, a->tree[a->now].id, &a->tree[a->now].root);
	}
	give_names(a);
	owner_paths(a->o, BTRFS_ROOT_INODE, up, a);
}

int btrfs_owners(struct owner *o, struct err *e)
{
	struct asked *a = mem_zero(1, sizeof *a);
	int rc;

	a->o = o;
	a->x.p.src = o->src;
	rc = btrfs_open(o->src, &a->x.b, e);
	if (!rc)
		ask(a);
	for (unsigned i = 0; i < BTRFS_KEPT; i++)
		free(a->x.kept[i].p);
	btrfs_close(&a->x.b);
	free(a->tree);
	free(a);
	return rc;
}
