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

struct btrfs_inode {
	le64 generation, transaction; // 00
	le64 size, bytes, group;      // 10
	le32 links, uid, gid, mode;   // 28
	le64 device;		      // 38
	uint8_t between[72];	      // 40
	le64 modified;		      // 88
	le32 modified_ns;	      // 90
	uint8_t rest[12];	      // 94
};
_Static_assert(sizeof(struct btrfs_inode) == 160, "btrfs inode");
struct btrfs_dir_entry {
	struct btrfs_key_disk location; // 00
	le64 transaction;		// 11
	le16 data_len, name_len;	// 19
	uint8_t type;			// 1d
};
_Static_assert(sizeof(struct btrfs_dir_entry) == 30, "btrfs directory item");

// The next name in an item of a folder, from *at on; its length is in *d. NULL: there is none.
const char *btrfs_next_name(struct view data, size_t *at, struct btrfs_dir_entry *d);
// What a folder has under a name. 1, 0, -1.
int btrfs_lookup(struct btrfs_fs *x, const struct btrfs_root *tree, uint64_t folder,
		 const char *name, size_t len, struct btrfs_key *location, struct err *e);

// The folder that a folder is in, or the one of another tree that a subvolume is in; and its name
// there (name may be NULL). 1, 0 nobody says, -1.
#define BTRFS_NAME 256
int btrfs_up(struct btrfs_fs *x, struct path_at *at, char name[BTRFS_NAME], struct err *e);

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

// The top, or another subvolume?
static inline bool btrfs_has_files(uint64_t tree)
{
	return tree == BTRFS_FS_TREE || (tree >= 256 && (int64_t)tree > 0);
}

#endif
