// SPDX-License-Identifier: GPL-2.0-or-later
// Where a file of ext lies (kernel: Documentation/filesystems/ext4/ifork.rst): an extent tree, or
// the numbers of single blocks with up to three levels of tables.
#include <string.h>

#include "fsmap/ext_owner.h"

struct node_head {
	le16 magic;   // 00  f30a
	le16 entries; // 02
	le16 max;     // 04
	le16 depth;   // 06  0: a leaf
	le32 generation;
};
struct leaf_entry {
	le32 at;   // 00
	le16 len;  // 04  above 32768: unwritten
	le16 high; // 06
	le32 low;  // 08
};
struct index_entry {
	le32 at;   // 00
	le32 low;  // 04
	le16 high; // 08
	le16 unused;
};
_Static_assert(sizeof(struct node_head) == 12, "ext4 extent tree");
_Static_assert(sizeof(struct leaf_entry) == 12, "ext4 extent tree");
_Static_assert(sizeof(struct index_entry) == 12, "ext4 extent tree");

enum { NODE_MAGIC = 0xf30a, MAX_DEPTH = 5, WRITTEN_MAX = 32768, DIRECT = 12 };

struct walk {
	struct ext_asked *x;
	void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t block, uint64_t n);
	void *arg;
	uint64_t end; // in blocks: the file's last table may promise more than it has
	// Single blocks are gathered: n from `block` on, which are those from `at` on in the file.
	uint64_t at, block, n;
};

static void piece(struct walk *w, enum owner_piece kind, uint64_t at, uint64_t block, uint64_t n)
{
	if (kind == OWNER_NOWHERE && at >= w->end)
		return;
	if (kind == OWNER_NOWHERE && n > w->end - at)
		n = w->end - at;
	if (kind != OWNER_NOWHERE && (block >= w->x->blocks || n > w->x->blocks - block)) {
		owner_doubt(w->x->o, "a file leads out of the file system");
		return;
	}
	if (n > 0)
		w->each(w->arg, kind, at, block, n);
}

// Reads a table of a file, which is told as a piece. False: it is missing, or a part of it.
static bool read_table(struct walk *w, uint64_t block, unsigned level)
{
	struct ext_asked *x = w->x;

	piece(w, OWNER_TABLE, 0, block, 1);
	if (block < x->blocks && owner_read(x->o, block * x->block, x->node[level], x->block) == 0)
		return true;
	owner_doubt(x->o, "of a file it is not known where it lies");
	return false;
}

static void walk_leaf(struct walk *w, const uint8_t *p, unsigned count)
{
	for (unsigned k = 0; k < count; k++) {
		struct leaf_entry l;

		memcpy(&l, p + k * sizeof(l), sizeof(l));
		uint64_t block = le32_get(l.low) | (uint64_t)le16_get(l.high) << 32;
		unsigned len = le16_get(l.len);

		piece(w, len > WRITTEN_MAX ? OWNER_UNWRITTEN : OWNER_DATA, le32_get(l.at), block,
		      len > WRITTEN_MAX ? len - WRITTEN_MAX : len);
	}
}

// A node of the tree, for blocks [from, end) of the file.
static void walk_tree(struct walk *w, const uint8_t *p, size_t size, unsigned depth, uint64_t from,
		      uint64_t end)
{
	struct node_head h;
	unsigned count;

	memcpy(&h, p, sizeof(h));
	count = le16_get(h.entries);
	if (le16_get(h.magic) != NODE_MAGIC || le16_get(h.depth) != depth ||
	    count > (size - sizeof(h)) / sizeof(struct leaf_entry)) {
		owner_doubt(w->x->o, "a file's extent tree is damaged");
		piece(w, OWNER_NOWHERE, from, 0, end - from);
		return;
	}
	p += sizeof(h);
	if (depth == 0) {
		walk_leaf(w, p, count);
		return;
	}
	for (unsigned k = 0; k < count && !w->x->o->stopped; k++) {
		struct index_entry i, next;

		memcpy(&i, p + k * sizeof(i), sizeof(i));
		if (k + 1 < count)
			memcpy(&next, p + (k + 1) * sizeof(i), sizeof(next));
		uint64_t first = le32_get(i.at), last = k + 1 < count ? le32_get(next.at) : end;

		// The levels below use rooms of their own.
		if (read_table(w, le32_get(i.low) | (uint64_t)le16_get(i.high) << 32, depth - 1))
			walk_tree(w, w->x->node[depth - 1], w->x->block, depth - 1, first, last);
		else if (last > first)
			piece(w, OWNER_NOWHERE, first, 0, last - first);
	}
}

static void flush(struct walk *w)
{
	if (w->n > 0)
		piece(w, OWNER_DATA, w->at, w->block, w->n);
	w->n = 0;
}

// Block `block` of the file system is block `at` of the file.
static void one(struct walk *w, uint64_t at, uint64_t block)
{
	if (w->n > 0 && w->at + w->n == at && w->block + w->n == block) {
		w->n++;
		return;
	}
	flush(w);
	w->at = at;
	w->block = block;
	w->n = 1;
}

// A table of numbers, for `span` blocks of the file each; level 0: of the file's blocks themselves.
static void walk_table(struct walk *w, uint64_t table, unsigned level, uint64_t at)
{
	uint64_t per_block = w->x->block / sizeof(le32), span = 1;

	for (unsigned k = 0; k < level; k++)
		span *= per_block;
	if (!read_table(w, table, level)) {
		flush(w);
		piece(w, OWNER_NOWHERE, at, 0, span * per_block);
		return;
	}
	for (uint64_t k = 0; k < per_block && !w->x->o->stopped; k++) {
		le32 number;

		memcpy(&number, w->x->node[level] + k * sizeof(number), sizeof(number));
		if (le32_get(number) == 0)
			continue;
		if (level == 0)
			one(w, at + k, le32_get(number));
		else
			walk_table(w, le32_get(number), level - 1, at + k * span);
	}
}

static void walk_numbers(struct walk *w, const uint8_t *p)
{
	uint64_t per_block = w->x->block / sizeof(le32), at = DIRECT, span = per_block;
	le32 number;

	for (unsigned k = 0; k < DIRECT; k++) {
		memcpy(&number, p + k * sizeof(number), sizeof(number));
		if (le32_get(number) != 0)
			one(w, k, le32_get(number));
	}
	for (unsigned level = 0; level < 3; level++) {
		memcpy(&number, p + (DIRECT + level) * sizeof(number), sizeof(number));
		if (le32_get(number) != 0)
			walk_table(w, le32_get(number), level, at);
		at += span;
		span *= per_block;
	}
	flush(w);
}

// A short link stands in the inode; devices have numbers there.
static bool has_blocks(const struct ext_inode *n)
{
	uint16_t mode = le16_get(n->mode);
	uint32_t flags = le32_get(n->flags);

	if (flags & EXT_INLINE)
		return false;
	if (LINUX_S_ISLNK(mode))
		return (flags & EXT_EXTENTS) || ext_size(n) >= sizeof(n->blocks);
	return LINUX_S_ISREG(mode) || LINUX_S_ISDIR(mode);
}

void ext_pieces(struct ext_asked *x, const struct ext_inode *inode,
		void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t block,
			     uint64_t n),
		void *arg)
{
	uint64_t size = ext_size(inode);
	struct walk w = {
		.x = x, .each = each, .arg = arg, .end = size / x->block + (size % x->block != 0)
	};
	struct node_head h;

	if (!has_blocks(inode))
		return;
	if (!(le32_get(inode->flags) & EXT_EXTENTS)) {
		walk_numbers(&w, inode->blocks);
		return;
	}
	memcpy(&h, inode->blocks, sizeof(h));
	if (le16_get(h.depth) > MAX_DEPTH) {
		owner_doubt(x->o, "a file's extent tree is damaged");
		piece(&w, OWNER_NOWHERE, 0, 0, w.end);
		return;
	}
	walk_tree(&w, inode->blocks, sizeof(inode->blocks), le16_get(h.depth), 0, w.end);
}
