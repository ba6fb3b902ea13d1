// SPDX-License-Identifier: GPL-2.0-or-later
// A mounted tree in a new file system. ext2, ext3 and ext4 are made here, and contents are not
// copied. What belongs
// to the file system itself (inodes, folders, lists of blocks) is written to a sparse file. A
// file's blocks are only given their places: pieces tell on which device, and where, they lie
// already. File systems whose answer cannot be relied on (btrfs, data packed into inodes) are read
// and copied into the file.
//
// All of the tree is kept: owners, modes, times to the nanosecond where an inode has room for them,
// hard links, holes, devices, links, sockets, extended attributes (access lists, capabilities,
// labels of SELinux), flags.
#ifndef NEWFS_NEWFS_H
#define NEWFS_NEWFS_H

#include "base/ui.h"
#include "block/src.h"
#include "newfs/pieces.h"

// What an ext file system is like.
struct newfs_kind {
	char type[8];	    // "ext3"
	char features[320]; // for mke2fs -O, those that can be made here
	unsigned inode_size;
	unsigned mount_options; // s_default_mount_opts
	unsigned errors;	// s_errors
	bool journal;
	uint64_t inodes; // in use
};

// Reads it from the superblock of one. -1: s is none.
int newfs_kind_of(struct src *s, struct newfs_kind *k, struct err *e);

struct newfs {
	const char *file;   // exists and is all zeros, as large as the disk
	uint64_t off, size; // where on the disk, and in the file, the file system lies
	struct newfs_kind kind;
	char uuid[40], label[17];
	uint64_t inodes;  // room for so many
	uint64_t swap;	  // bytes of a swap file in the first folder; 0: none
	const char *name; // of that
	uint64_t total;	  // bytes in use by the tree, about: for the progress
};

struct newfs_count {
	uint64_t files, folders, links; // links: further names of files
	uint64_t placed, copied;	// bytes of contents
	uint64_t blocks_left;		// free ones, bytes
};

// root: the tree's first folder, open. What is mounted below it belongs to the tree. pieces: none
// beyond n->off yet.
int newfs_make(const struct newfs *n, int root, struct pieces *pieces, struct newfs_count *count,
	       struct ui *ui, struct err *e);

// The tree into the folder `to` of another file system, mounted and empty, for kinds that only
// their own programs can make: by the same walk, with the contents copied.
int newfs_copy(int root, int to, uint64_t total, struct newfs_count *count, struct ui *ui,
	       struct err *e);

// A swap file of size bytes in that folder, of which every block is written: an old kernel takes no
// other.
int newfs_copy_swap(int to, const char *name, uint64_t size, struct ui *ui, struct err *e);

// What such a file system takes for itself, in bytes, besides the contents of files; and of that
// what is written to the file.
uint64_t newfs_overhead(const struct newfs_kind *k, uint64_t size, uint64_t inodes);
uint64_t newfs_scratch(const struct newfs_kind *k, uint64_t used, uint64_t inodes);

#endif
