// SPDX-License-Identifier: GPL-2.0-or-later
// The names in directories of ext, read past what is missing (kernel:
// Documentation/filesystems/ext4/directory.rst). Indexes of large directories look like empty
// blocks of them, so all are read alike.
#include <stdlib.h>
#include <string.h>

#include "fsmap/ext_owner.h"
#include "fsmap/used.h"

struct entry {
	le32 inode;   // 00
	le16 len;     // 04  to the next one
	uint8_t name; // 06  its length
	uint8_t type; // 07
};
_Static_assert(sizeof(struct entry) == 8, "ext directory entry");

enum { ROOT = 2, SMALL_INODE = 128 };

struct folder {
	struct ext_asked *x;
	// False: it has seen enough.
	bool (*each)(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type);
	void *arg;
	bool done;
};

static void take_entries(struct folder *f, const uint8_t *p, size_t size)
{
	struct view v = view_of(p, size);
	struct entry d;
	const uint8_t *at;

	for (uint64_t off = 0; !f->done && (at = view_at(v, off, sizeof(d)));) {
		memcpy(&d, at, sizeof(d));
		uint32_t len = le16_get(d.len);

		// Only blocks of 64 KiB have entries that need more than 16 bits for that.
		if (len == 65535 || (len == 0 && size == 65536))
			len = 65536;
		if (len < sizeof(d) + d.name || !view_at(v, off, len))
			return;
		if (le32_get(d.inode) != 0)
			f->done = !f->each(f->arg, le32_get(d.inode), (const char *)at + sizeof(d),
					   d.name, d.type);
		off += len;
	}
}

static void take_piece(void *arg, enum owner_piece kind, uint64_t at, uint64_t block, uint64_t n)
{
	struct folder *f = arg;
	struct ext_asked *x = f->x;

	(void)at;
	for (uint64_t k = 0; k < n && kind == OWNER_DATA && !f->done && !x->o->stopped; k++) {
		owner_read(x->o, (block + k) * x->block, x->folder, x->block);
		take_entries(f, x->folder, x->block);
	}
}

// The attribute system.data, which goes on where the room for block numbers ends. Attributes stand
// behind the inode's own fields: a magic number, their heads, and their values from the end.
static struct view more_inline(const uint8_t *raw, size_t size)
{
	struct view v = view_of(raw, size), none = { raw, 0 };
	struct {
		uint8_t name_len, name_index;
		le16 value;
		le32 inode, len, hash;
	} head;
	const uint8_t *p = view_at(v, SMALL_INODE, 2);
	le16 extra;

	if (!p)
		return none;
	memcpy(&extra, p, sizeof(extra));
	uint64_t start = SMALL_INODE + (uint64_t)le16_get(extra), at = start + 4;

	p = view_at(v, start, 4);
	if (!p || memcmp(p, "\x00\x00\x02\xea", 4) != 0)
		return none;
	while ((p = view_at(v, at, sizeof(head))) && (p[0] || p[1])) {
		memcpy(&head, p, sizeof(head));
		p = view_at(v, at + sizeof(head), head.name_len);
		if (p && head.name_index == 7 && head.name_len == 4 && memcmp(p, "data", 4) == 0)
			return view_sub(v, start + 4 + le16_get(head.value), le32_get(head.len));
		at += sizeof(head) + (head.name_len + 3u) / 4 * 4;
	}
	return none;
}

// Contents in the inode: the parent's number, then entries.
static void take_inline(struct folder *f, const struct ext_inode *n, const uint8_t *raw)
{
	struct view more = more_inline(raw, f->x->inode_size);
	le32 parent;

	memcpy(&parent, n->blocks, sizeof(parent));
	f->done = !f->each(f->arg, le32_get(parent), "..", 2, 2);
	take_entries(f, n->blocks + sizeof(parent), sizeof(n->blocks) - sizeof(parent));
	take_entries(f, more.base, more.len);
}

static void take_folder(struct folder *f, const uint8_t *raw)
{
	struct ext_inode n;

	memcpy(&n, raw, sizeof(n));
	if (!LINUX_S_ISDIR(le16_get(n.mode)))
		return;
	if (le32_get(n.flags) & EXT_INLINE)
		take_inline(f, &n, raw);
	else
		ext_pieces(f->x, &n, take_piece, f);
}

// Goes through the directory `number`. False: it cannot be read.
static bool through(struct ext_asked *x, uint64_t number, struct folder *f)
{
	uint64_t at = ext_inode_place(x, number);
	uint8_t *raw = mem_alloc(x->inode_size);
	bool there = at > 0 && owner_read(x->o, at, raw, x->inode_size) == 0;

	if (there)
		take_folder(f, raw);
	free(raw);
	return there;
}

static bool up(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME])
{
	struct ext_asked *x = arg;
	struct owner_search s = { .o = x->o, .name = name };
	struct folder first = { .x = x, .each = owner_find_parent, .arg = &s };
	struct folder second = { .x = x, .each = owner_find_name, .arg = &s };

	if (!through(x, inode, &first) || !s.found)
		return false;
	*parent = s.inode;
	s.inode = inode;
	s.found = false;
	return through(x, *parent, &second) && s.found;
}

static void name_all(struct ext_asked *x, uint64_t number, const uint8_t *raw)
{
	struct owner_search s = { .o = x->o, .inode = number };
	struct folder f = { .x = x, .each = owner_name_hits, .arg = &s };

	if (x->o->named < x->o->hits)
		take_folder(&f, raw);
}

static void nothing(struct ext_asked *x, uint64_t number)
{
	(void)x;
	(void)number;
}

void ext_names(struct ext_asked *x)
{
	x->o->naming = true;
	for (dgrp_t g = 0; g < x->fs->group_desc_count && x->o->named < x->o->hits; g++)
		if (used_bit(x->has_folders, g))
			ext_inodes(x, g, name_all, nothing);
	owner_paths(x->o, ROOT, up, x);
}
