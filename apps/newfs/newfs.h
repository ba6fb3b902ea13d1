// SPDX-License-Identifier: GPL-2.0-or-later
// A mounted tree in a new file system. ext2, ext3 and ext4 are made here, and contents are not
// copied: what belongs to the file system itself (inodes, folders, lists of blocks) is written to a
// sparse file, and a file's blocks are only given their places: pieces tell on which device, and
// where, they lie already. What the kernel's answer to that cannot be relied on for (btrfs, data
// packed into inodes) is read and copied into the sparse file.
//
// All of the tree is kept: owners, modes, times to the nanosecond where an inode has room for them,
// hard links, holes, devices, links, sockets, extended attributes (access lists, capabilities,
// labels of SELinux), flags.
#ifndef NEWFS_NEWFS_H
#define NEWFS_NEWFS_H

#include <sys/types.h>

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
	const char *file;   // path: exists and is all zeros, as large as the disk
	uint64_t off, size; // where on the disk, and in the file, the file system lies
	struct newfs_kind kind;
	char uuid[40], label[17];
	uint64_t inodes;  // room for so many
	uint64_t swap;	  // bytes of a swap file in the first folder; 0: none
	const char *name; // of that
};

// What goes in. What is mounted below its first folder belongs to it. Subvolumes (btrfs) that are
// seen inside of others go in where they are mounted if they are, else as folders; read-only
// snapshots do not.
struct newfs_tree {
	int root;	      // the first folder, open
	uint64_t total;	      // bytes in use, about: for the progress
	const dev_t *mounted; // what stat tells for all that is mounted in it
	unsigned n_mounted;
};

struct newfs_count {
	uint64_t files, folders, links; // links: further names of files
	uint64_t placed, copied;	// bytes of contents
	uint64_t blocks_left;		// free ones, bytes
	uint64_t snapshots;		// of btrfs, read-only: left out, as empty folders
};

// Makes the file system of n, and adds to pieces what lies elsewhere; there are none beyond n->off
// yet. On failure the file is to be thrown away.
int newfs_make(const struct newfs *n, const struct newfs_tree *tree, struct pieces *pieces,
	       struct newfs_count *count, struct ui *ui, struct err *e);

// The tree into the folder `to` of another file system, mounted, for kinds that only their own
// programs can make: by the same walk, with the contents copied. It is empty but for folders that
// something is mounted on.
int newfs_copy(const struct newfs_tree *tree, int to, struct newfs_count *count, struct ui *ui,
	       struct err *e);

// A swap file of size bytes in the folder `to`, of which every block is written: an old kernel
// takes no other. On btrfs its blocks are set aside, and are not copied on write: it has to be like
// that there. top: the first folder of the file system.
int newfs_copy_swap(int top, int to, const char *name, uint64_t size, struct ui *ui, struct err *e);

// btrfs: makes a subvolume, and the folders above it; path: from the folder top. One more of a
// folder or subvolume that is there is no error.
int newfs_subvolume(int top, const char *path, struct err *e);
// What a mount without options shows: the subvolume that this folder is the first of.
int newfs_subvolume_by_default(int top, struct err *e);

// What such a file system takes for itself, in bytes, besides the contents of files; and of that
// what is written to the file.
uint64_t newfs_overhead(const struct newfs_kind *k, uint64_t size, uint64_t inodes);
uint64_t newfs_scratch(const struct newfs_kind *k, uint64_t used, uint64_t inodes);

#endif
