// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: single items of the trees of a btrfs, and what its files are made of.
#ifndef FSMAP_BTRFS_FILE_H
#define FSMAP_BTRFS_FILE_H

#include "fsmap/btrfs.h"
#include "fsmap/path.h"

enum { BTRFS_KEPT = 64 };

// A btrfs whose items are asked for one by one. The last blocks are kept.
struct btrfs_fs {
	struct path_fs p;
	struct btrfs b;
	struct btrfs_kept {
		bool valid;
		struct btrfs_root root;
		uint8_t *p;
	} kept[BTRFS_KEPT];
	// What one question may still cost: bytes read, steps taken. Hostile trees have no end.
	uint64_t budget, steps;
};

// The first item of a tree whose key is *key or behind it. 1 found: *key is its own, data stays
// valid until the next question; 0 there is none; -1.
int btrfs_next(struct btrfs_fs *x, const struct btrfs_root *tree, struct btrfs_key *key,
	       struct view *data, struct err *e);
// The one with just this key. 1, 0, -1.
int btrfs_item(struct btrfs_fs *x, const struct btrfs_root *tree, struct btrfs_key key,
	       struct view *data, struct err *e);
// The tree with this number. 1, 0, -1.
int btrfs_tree(struct btrfs_fs *x, uint64_t number, struct btrfs_root *tree, struct err *e);

// What a folder has under a name. 1, 0, -1.
int btrfs_lookup(struct btrfs_fs *x, const struct btrfs_root *tree, uint64_t folder,
		 const char *name, size_t len, struct btrfs_key *location, struct err *e);

// The first max bytes of a file, appended; holes are zeros.
int btrfs_contents(struct btrfs_fs *x, const struct btrfs_root *tree, uint64_t inode, uint64_t max,
		   struct buf *out, struct err *e);

enum btrfs_packing { BTRFS_PLAIN, BTRFS_ZLIB, BTRFS_LZO, BTRFS_ZSTD };
// An extent, into n bytes that are zero. sector: the file system's, bytes. False: it is damaged.
bool btrfs_unpack(enum btrfs_packing how, struct view packed, uint32_t sector, uint8_t *p,
		  size_t n);

// Subvolumes, for the fs_file_ops.
int btrfs_subvolumes(struct fs *fs, struct fs_subvolumes *out, struct err *e);
int btrfs_enter(struct fs *fs, uint64_t id, struct err *e);

// A new question.
void btrfs_ask(struct btrfs_fs *x);

enum { BTRFS_ROOT_INODE = 256 }; // of each tree with files

#endif
