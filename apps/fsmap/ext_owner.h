// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: inodes and directories of an ext file system of which parts are missing. libext2fs
// gives up a table or a directory at its first bad block: so these are read by our own code, which
// goes on behind it.
#ifndef FSMAP_EXT_OWNER_H
#define FSMAP_EXT_OWNER_H

#include "fsmap/ext.h"
#include "fsmap/owner.h"

struct ext_inode {
	le16 mode;	    // 00
	le16 uid;	    // 02
	le32 size;	    // 04
	uint8_t times[12];  // 08
	le32 deleted;	    // 14
	le16 gid;	    // 18
	le16 links;	    // 1a
	le32 sectors;	    // 1c
	le32 flags;	    // 20
	le32 version;	    // 24
	uint8_t blocks[60]; // 28  numbers of blocks, an extent tree, or contents
	le32 generation;    // 64
	le32 attributes;    // 68  block
	le32 size_high;	    // 6c
	uint8_t fragment[4];
	le16 sectors_high;    // 74
	le16 attributes_high; // 76
	uint8_t rest[8];
};
_Static_assert(sizeof(struct ext_inode) == 128, "ext inode");
_Static_assert(offsetof(struct ext_inode, attributes_high) == 0x76, "ext inode");

enum { EXT_EXTENTS = 0x80000, EXT_INLINE = 0x10000000 }; // flags

struct ext_asked {
	struct owner *o;
	ext2_filsys fs;
	uint32_t block;	 // bytes
	uint64_t blocks; // of the file system
	uint32_t inode_size;
	uint8_t *node[5]; // room for one block each: tables of a file
	uint8_t *folder;  // room for a block of a directory
	uint8_t *bitmap;  // inodes of bitmap_group
	dgrp_t bitmap_group;
	bool bitmap_there;
	uint8_t *has_folders; // a bit for each group
	bool old_groups;      // descriptors are copies: what they say of inodes in use is old
};

static inline uint64_t ext_size(const struct ext_inode *n)
{
	return le32_get(n->size) | (uint64_t)le32_get(n->size_high) << 32;
}

static inline uint64_t ext_attributes(const struct ext_inode *n)
{
	return le32_get(n->attributes) | (uint64_t)le16_get(n->attributes_high) << 32;
}

// Calls each for every piece of a file, n blocks from `block` on (all inside the file system),
// which is its block `at`; of OWNER_NOWHERE only at and n are known.
void ext_pieces(struct ext_asked *x, const struct ext_inode *inode,
		void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t block,
			     uint64_t n),
		void *arg);

// The offset of an inode in the file system, 0 when there is no such inode.
uint64_t ext_inode_place(const struct ext_asked *x, uint64_t inode);

// Is it in use at all?
static inline bool ext_in_use(const struct ext_inode *n)
{
	return le16_get(n->mode) != 0 && le16_get(n->links) != 0;
}

// Calls each for all inodes in use of a group that can be read, in order; raw are its inode_size
// bytes. gone is called for those that could have been there but are missing.
void ext_inodes(struct ext_asked *x, dgrp_t group,
		void (*each)(struct ext_asked *x, uint64_t number, const uint8_t *raw),
		void (*gone)(struct ext_asked *x, uint64_t number));

// How many inodes at the begin of a group's table can be in use.
uint32_t ext_inodes_begun(const struct ext_asked *x, dgrp_t group);

// Gives names to all hits, and then paths.
void ext_names(struct ext_asked *x);

const char *ext_kind(uint16_t mode);

#endif
