// SPDX-License-Identifier: GPL-2.0-or-later
// The names in directories of XFS. A small one stands in its inode. Others have blocks of entries,
// and in the part from 32 GiB on indexes of them, which are not needed here; a directory with a
// single block has a short index at the end of that.
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fsmap/xfs_owner.h"

enum { HEAD_V4 = 16, HEAD_V5 = 64, TAIL = 8, TAIL_ENTRY = 8, CORE = 100 };
#define INDEX (UINT64_C(32) << 30) // bytes: where indexes begin

struct folder {
	struct xfs_asked *a;
	// False: it has seen enough.
	bool (*each)(void *arg, uint64_t inode, const char *name, size_t len, uint8_t type);
	void *arg;
	bool done;
	uint64_t next; // block of the directory that belongs into the room next
};

static uint64_t number(const uint8_t *p, size_t len)
{
	uint64_t x = 0;

	while (len-- > 0)
		x = x << 8 | *p++;
	return x;
}

static void tell(struct folder *f, uint64_t inode, const uint8_t *name, size_t len, uint8_t type)
{
	f->done = !f->each(f->arg, inode, (const char *)name, len, f->a->x.has_types ? type : 0);
}

// In the inode: how many, how many of them have large numbers, the parent; then length, place in an
// index, name, type, number of each.
static void take_short(struct folder *f, struct view v)
{
	size_t type = f->a->x.has_types ? 1 : 0, wide;
	const uint8_t *p = view_at(v, 0, 2);
	unsigned count;
	uint64_t at;

	if (!p)
		return;
	wide = p[1] ? 8 : 4;
	count = p[0];
	if (!(p = view_at(v, 2, wide)))
		return;
	tell(f, number(p, wide), (const uint8_t *)"..", 2, 2);
	at = 2 + wide;
	for (unsigned k = 0; k < count && !f->done && (p = view_at(v, at, 3)); k++) {
		size_t len = p[0];

		if (!(p = view_at(v, at + 3, len + type + wide)))
			return;
		tell(f, number(p + len + type, wide), p, len, p[len]);
		at += 3 + len + type + wide;
	}
}

static void take_block(struct folder *f)
{
	const struct xfs *x = &f->a->x;
	const uint8_t *p = f->a->folder;
	size_t size = (size_t)x->block << x->folder_shift, end = size;
	size_t at = x->v5 ? HEAD_V5 : HEAD_V4, type = x->has_types ? 1 : 0;

	if (memcmp(p, x->v5 ? "XDB3" : "XD2B", 4) == 0) {
		uint64_t tail = TAIL + number(p + size - TAIL, 4) * TAIL_ENTRY;

		end = tail < size ? size - (size_t)tail : 0;
	} else if (memcmp(p, x->v5 ? "XDD3" : "XD2D", 4) != 0) {
		return;
	}
	while (!f->done && at < end && end - at >= 16) {
		size_t len = p[at + 8], all = (8 + 1 + len + type + 2 + 7) / 8 * 8;

		if (number(p + at, 2) == 0xffff) { // nothing, so many bytes
			all = (size_t)number(p + at + 2, 2);
			if (all < 8 || all % 8)
				return;
		} else if (len == 0 || all > end - at) {
			return;
		} else {
			tell(f, number(p + at, 8), p + at + 9, len, p[at + 9 + len]);
		}
		at += all;
	}
}

// A block of the directory may be put together from several of the file system.
static void take_piece(void *arg, enum owner_piece kind, uint64_t at, uint64_t off, uint64_t n)
{
	struct folder *f = arg;
	struct xfs_asked *a = f->a;
	const struct xfs *x = &a->x;
	uint64_t parts = UINT64_C(1) << x->folder_shift;

	if (kind != OWNER_DATA || at >= INDEX / x->block)
		return;
	for (uint64_t k = 0; k < n && !f->done && !a->o->stopped; k++) {
		uint64_t part = (at + k) % parts;

		if (part != 0 && at + k != f->next) {
			k += parts - part - 1;
			continue;
		}
		owner_read(a->o, off + k * x->block, a->folder + part * x->block, x->block);
		f->next = at + k + 1;
		if (part + 1 == parts)
			take_block(f);
	}
}

static void take_folder(struct folder *f, const uint8_t *raw)
{
	struct xfs_inode n;

	memcpy(&n, raw, CORE);
	if (!S_ISDIR(be16_get(n.mode)))
		return;
	if (n.format == XFS_LOCAL)
		take_short(f, xfs_fork(&f->a->x, raw, false));
	else
		xfs_pieces(f->a, raw, false, take_piece, f);
}

void xfs_entries(struct xfs_asked *a, const uint8_t *raw,
		 bool (*each)(void *arg, uint64_t inode, const char *name, size_t len,
			      uint8_t type),
		 void *arg)
{
	struct folder f = { .a = a, .each = each, .arg = arg };

	take_folder(&f, raw);
}

bool xfs_inode_read(struct xfs_asked *a, uint64_t number, uint8_t *raw)
{
	uint64_t at = xfs_inode_place(&a->x, number);

	return at > 0 && owner_read(a->o, at, raw, a->x.inode_size) == 0 &&
	       xfs_inode_ok(&a->x, raw, number);
}

// Goes through the directory. False: it cannot be read.
static bool through(struct xfs_asked *a, uint64_t inode, struct folder *f)
{
	uint8_t *raw = mem_alloc(a->x.inode_size);
	bool there = xfs_inode_read(a, inode, raw);

	if (there)
		take_folder(f, raw);
	free(raw);
	return there;
}

static bool up(void *arg, uint64_t inode, uint64_t *parent, char name[OWNER_NAME])
{
	struct xfs_asked *a = arg;
	struct owner_search s = { .o = a->o, .name = name };
	struct folder first = { .a = a, .each = owner_find_parent, .arg = &s };
	struct folder second = { .a = a, .each = owner_find_name, .arg = &s };

	if (!through(a, inode, &first) || !s.found)
		return false;
	*parent = s.inode;
	s.inode = inode;
	s.found = false;
	return through(a, *parent, &second) && s.found;
}

static void name_all(struct xfs_asked *a, uint64_t inode, const uint8_t *raw)
{
	struct owner_search s = { .o = a->o, .inode = inode };
	struct folder f = { .a = a, .each = owner_name_hits, .arg = &s };

	if (a->o->named < a->o->hits)
		take_folder(&f, raw);
}

static void nothing(struct xfs_asked *a, uint64_t inode)
{
	(void)a;
	(void)inode;
}

void xfs_names(struct xfs_asked *a)
{
	a->o->naming = true;
	if (a->o->hits > 0)
		xfs_inodes(a, true, name_all, nothing);
	owner_paths(a->o, a->x.root, up, a);
}
