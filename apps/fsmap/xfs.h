// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: XFS (XFS Algorithms and Data Structures, 3rd edition; big-endian but for the
// checksums). Versions 4 and 5.
#ifndef FSMAP_XFS_H
#define FSMAP_XFS_H

#include "fsmap/probe.h"

// An XFS whose superblock makes sense. Group n begins at n * group_blocks * block.
struct xfs {
	struct src *src;
	bool v5;	       // metadata has checksums
	uint8_t uuid[16];      // what v5 metadata is stamped with
	uint32_t block;	       // bytes
	uint32_t sector;       // bytes
	uint64_t blocks;       // of the whole file system
	uint32_t group_blocks; // the last group may have fewer
	uint32_t groups;
	uint64_t log, log_len; // bytes; log_len 0: the log is on another device
	bool strange_log;      // has entries that are not known here
	bool realtime;	       // has files on another device

	// as the superblock has them, not judged: for who looks at inodes
	unsigned group_shift;	   // bits of a block's number in its group
	unsigned inode_size;	   // bytes
	unsigned inode_shift;	   // bits of an inode's number in its block
	unsigned folder_shift;	   // a block of a directory has block << this bytes
	bool has_types;		   // directories tell what is behind a name
	uint32_t ro_compat;	   // version 5, else 0
	uint64_t root;		   // inode
	uint64_t system_inodes[5]; // bitmaps of another device, quota; 0 or all ones: none
};

// ro_compat
enum { XFS_INODE_TREE_2 = 1, XFS_REVERSE_TREE = 2, XFS_SHARED_TREE = 4 };

// Reads and judges the superblock. -1: unreadable, or a phrase on what cannot be.
int xfs_read(struct src *s, struct xfs *x, struct err *e);

// 1 everything in the log has reached its place, 0 it must be replayed or makes no sense, -1
// unreadable.
int xfs_log_clean(const struct xfs *x, struct err *e);

// Sets touched[g] for every allocation group whose free space will be another when the log has been
// replayed. -1: not known.
int xfs_log_groups(const struct xfs *x, uint8_t *touched, struct err *e);

// The checksum of a sector or block whose checksum field lies at `at`.
bool xfs_crc_ok(const uint8_t *p, size_t len, size_t at);

static inline uint64_t xfs_group_start(const struct xfs *x, uint32_t group)
{
	return (uint64_t)group * x->group_blocks * x->block;
}

// In blocks.
static inline uint32_t xfs_group_length(const struct xfs *x, uint32_t group)
{
	uint64_t left = x->blocks - (uint64_t)group * x->group_blocks;

	return left < x->group_blocks ? (uint32_t)left : x->group_blocks;
}

// s with a copy in place of its superblock, when that is missing. NULL: it is not, or none was
// found. s must outlive it.
struct src *xfs_rescue(struct src *s, bool quick);

int xfs_owners(struct owner *o, struct err *e);
int xfs_files(struct src *s, struct fs **out, struct err *e);
int xfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

#endif
