// SPDX-License-Identifier: GPL-2.0-or-later
// Whose the blocks of an XFS are that could not be read: headers, trees and inodes of its groups,
// the log, then what each inode has. What an inode tree calls in use, but is missing, is a hit,
// too; the directories still know its name.
//
// A log that waits to be replayed is not looked into: what it would change may have other names by
// then.
#include "fsmap/xfs_owner.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fsmap/used.h"

struct group_space {	  // AGF, the second sector of a group
	uint8_t magic[4]; // 00  "XAGF"
	uint8_t between[12];
	be32 roots[3];	// 10  free space by block, by size; the reverse tree
	be32 levels[3]; // 1c
	uint8_t between2[48];
	be32 shared_root;   // 58
	be32 shared_levels; // 5c
};
_Static_assert(sizeof(struct group_space) == 0x60, "XFS AGF");

static const char *kind(unsigned mode)
{
	return S_ISREG(mode)   ? "file"
	       : S_ISDIR(mode) ? "directory"
	       : S_ISLNK(mode) ? "link"
			       : "other";
}

// The headers of a group, and the trees that nobody needs here.
static void take_group(struct xfs_asked *a, uint32_t group)
{
	static const struct xfs_tree by_block = { "ABTB", "AB3B", 8, 8, NULL, "a tree" };
	static const struct xfs_tree by_size = { "ABTC", "AB3C", 8, 8, NULL, "a tree" };
	static const struct xfs_tree reverse = { "RMAP", "RMB3", 40, 24, NULL, "a tree" };
	static const struct xfs_tree shared = { "R3FC", "R3FC", 4, 12, NULL, "a tree" };
	const struct xfs *x = &a->x;
	uint64_t start = xfs_group_start(x, group);
	struct group_space h;

	owner_take(a->o, start, 4 * (uint64_t)x->sector, OWNER_METADATA);
	if (owner_read(a->o, start + x->sector, &h, sizeof(h)) > 0 ||
	    memcmp(h.magic, "XAGF", 4) != 0) {
		owner_doubt(a->o, "the header of allocation group %u is missing", group);
		return;
	}
	xfs_tree(a, &by_block, group, be32_get(h.roots[0]), be32_get(h.levels[0]), NULL);
	xfs_tree(a, &by_size, group, be32_get(h.roots[1]), be32_get(h.levels[1]), NULL);
	if (x->ro_compat & XFS_REVERSE_TREE)
		xfs_tree(a, &reverse, group, be32_get(h.roots[2]), be32_get(h.levels[2]), NULL);
	if (x->ro_compat & XFS_SHARED_TREE)
		xfs_tree(a, &shared, group, be32_get(h.shared_root), be32_get(h.shared_levels),
			 NULL);
}

struct seen {
	struct owner_file file;
	uint32_t block; // bytes
};

static void see_piece(void *arg, enum owner_piece kind_of, uint64_t at, uint64_t off, uint64_t n)
{
	struct seen *s = arg;

	owner_piece(&s->file, kind_of, at * s->block, off, n * s->block);
}

static bool is_system(const struct xfs *x, uint64_t number)
{
	for (size_t k = 0; k < sizeof(x->system_inodes) / sizeof(*x->system_inodes); k++)
		if (x->system_inodes[k] == number)
			return true;
	return false;
}

static void see(struct xfs_asked *a, uint64_t number, const uint8_t *raw)
{
	bool system = is_system(&a->x, number);
	struct seen data = { { .o = a->o, .what = OWNER_CONTENTS, .size = UINT64_MAX },
			     a->x.block };
	struct seen attributes = data;
	struct owner_hit *h = NULL;
	struct xfs_inode n;
	unsigned mode;

	memcpy(&n, raw, 100);
	mode = be16_get(n.mode);
	if (S_ISDIR(mode))
		a->has_folders[(a->chunks - 1) / 8] |= (uint8_t)(1 << (a->chunks - 1) % 8);
	if (S_ISREG(mode))
		data.file.size = be64_get(n.size);
	if (system)
		data.file.what = OWNER_METADATA;
	xfs_pieces(a, raw, false, see_piece, &data);
	xfs_pieces(a, raw, true, see_piece, &attributes);
	if (!system && (data.file.missing > 0 || attributes.file.missing > 0))
		h = owner_hit(a->o, number, kind(mode));
	if (!h)
		return;
	h->bytes += data.file.missing;
	h->attributes = attributes.file.missing > 0;
}

static void gone(struct xfs_asked *a, uint64_t number)
{
	struct owner_hit *h;

	owner_doubt(a->o, "inodes are missing, and with them what they have");
	h = is_system(&a->x, number) ? NULL : owner_hit(a->o, number, "file");
	if (h)
		h->gone = true;
}

static void ask(struct xfs_asked *a)
{
	int clean = a->x.log_len ? xfs_log_clean(&a->x, NULL) : 1;

	if (clean < 0)
		owner_doubt(a->o, "its log cannot be read");
	else if (clean == 0)
		owner_doubt(a->o, "its log was not replayed: what it changes is not seen");
	if (a->x.realtime)
		owner_doubt(a->o, "files on its realtime device are not here");
	owner_take(a->o, a->x.log, a->x.log_len, OWNER_METADATA);
	for (uint32_t g = 0; g < a->x.groups && !a->o->stopped; g++)
		take_group(a, g);
	xfs_inodes(a, false, see, gone);
	xfs_names(a);
}

static bool sane(const struct xfs *x)
{
	return probe_power_of_2(x->inode_size, 256, 2048) && x->inode_size <= x->block &&
	       x->inode_shift < 8 && x->inode_size << x->inode_shift == x->block &&
	       x->folder_shift < 8 && x->block << x->folder_shift <= 65536;
}

int xfs_begin(struct xfs_asked *a, struct owner *o, struct err *e)
{
	uint8_t *rooms;

	*a = (struct xfs_asked){ .o = o };
	if (xfs_read(o->src, &a->x, e) < 0)
		return -1;
	if (!sane(&a->x))
		return err_set(e, 0, "superblock contradicts itself: inodes");
	rooms = mem_zero((size_t)2 * XFS_TREE_LEVELS, a->x.block);
	for (unsigned k = 0; k < XFS_TREE_LEVELS; k++) {
		a->node[k] = rooms + (size_t)2 * k * a->x.block;
		a->table[k] = a->node[k] + a->x.block;
	}
	a->chunk = mem_zero(XFS_CHUNK, a->x.inode_size);
	a->folder = mem_zero(1, (size_t)a->x.block << a->x.folder_shift);
	return 0;
}

void xfs_end(struct xfs_asked *a)
{
	free(a->node[0]); // all rooms
	free(a->chunk);
	free(a->folder);
	free(a->has_folders);
}

int xfs_owners(struct owner *o, struct err *e)
{
	struct xfs_asked a;
	int rc = xfs_begin(&a, o, e);

	if (!rc)
		ask(&a);
	xfs_end(&a);
	return rc;
}
