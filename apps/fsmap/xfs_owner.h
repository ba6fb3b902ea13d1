// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: inodes and directories of an XFS of which parts are missing.
#ifndef FSMAP_XFS_OWNER_H
#define FSMAP_XFS_OWNER_H

#include "fsmap/owner.h"
#include "fsmap/xfs.h"

enum { XFS_TREE_LEVELS = 9, XFS_CHUNK = 64 /* inodes */ };

struct xfs_asked {
	struct owner *o;
	struct xfs x;
	uint8_t *node[XFS_TREE_LEVELS];	 // room for one block each: trees of groups
	uint8_t *table[XFS_TREE_LEVELS]; // the same: trees of files
	uint8_t *chunk;			 // room for XFS_CHUNK inodes
	uint8_t *folder;		 // room for a block of a directory
	// A bit for each chunk that holds directories, in the order in which they are gone through.
	uint8_t *has_folders;
	uint64_t chunks, chunk_room; // bits in use, and bits
};

// The trees of a group whose blocks are numbered within it.
struct xfs_tree {
	const char *magic4, *magic5; // by version
	size_t key, record;	     // bytes
	// Takes a leaf's records; NULL: nobody needs them.
	void (*leaf)(void *arg, const uint8_t *records, unsigned count);
	const char *name; // "the inode tree"
};

// Takes the blocks of a tree as metadata and goes through its leaves, past what is missing.
void xfs_tree(struct xfs_asked *a, const struct xfs_tree *t, uint32_t group, uint32_t root,
	      uint32_t levels, void *arg);

struct xfs_inode {
	uint8_t magic[2];	  // 00  "IN"
	be16 mode;		  // 02
	uint8_t version;	  // 04
	uint8_t format;		  // 05  of its contents
	be16 old_links;		  // 06
	be32 uid, gid;		  // 08
	be32 links;		  // 10
	be16 project[2];	  // 14
	be64 many_extents;	  // 18  with FLAG2_MANY
	uint8_t times[24];	  // 20
	be64 size;		  // 38  bytes
	be64 blocks;		  // 40
	be32 extent_size;	  // 48
	be32 extents;		  // 4c
	be16 attribute_extents;	  // 50
	uint8_t fork;		  // 52  where attributes begin, in units of 8 bytes; 0: none
	uint8_t attribute_format; // 53
	uint8_t between[6];	  // 54
	be16 flags;		  // 5a
	be32 generation;	  // 5c
	be32 unlinked;		  // 60
	uint8_t crc[4];		  // 64  this and the rest: version 3
	be64 changes, lsn;	  // 68
	be64 flags2;		  // 78
	uint8_t more[24];	  // 80
	be64 number;		  // 98
	uint8_t uuid[16];	  // a0
};
_Static_assert(sizeof(struct xfs_inode) == 0xb0, "XFS inode");

enum { XFS_LOCAL = 1, XFS_EXTENTS = 2, XFS_TREE = 3 }; // format
enum { XFS_FLAG_REALTIME = 1, XFS_FLAG2_MANY = 0x10 }; // flags, flags2

// Its superblock, and room; to be ended in any case.
int xfs_begin(struct xfs_asked *a, struct owner *o, struct err *e);
void xfs_end(struct xfs_asked *a);

// Is this an inode that is in use, with this number?
bool xfs_inode_ok(const struct xfs *x, const uint8_t *raw, uint64_t number);

// The contents of an inode, or its attributes, as far as they stand in the inode itself.
struct view xfs_fork(const struct xfs *x, const uint8_t *raw, bool attributes);

// Calls each for every piece of an inode's contents, or of its attributes: n blocks from byte `off`
// on, which are those from block `at` on. Of OWNER_NOWHERE only at and n are known.
void xfs_pieces(struct xfs_asked *a, const uint8_t *raw, bool attributes,
		void (*each)(void *arg, enum owner_piece kind, uint64_t at, uint64_t off,
			     uint64_t n),
		void *arg);

// Calls each for all inodes in use that can be read, and gone for those that are missing, group by
// group. The chunks come in the same order each time; folders: only those are read that has_folders
// has a bit for.
void xfs_inodes(struct xfs_asked *a, bool folders,
		void (*each)(struct xfs_asked *a, uint64_t number, const uint8_t *raw),
		void (*gone)(struct xfs_asked *a, uint64_t number));

// The place of an inode, bytes; 0: there is no such.
uint64_t xfs_inode_place(const struct xfs *x, uint64_t number);

// Reads one, room for x.inode_size bytes. False: it is not there.
bool xfs_inode_read(struct xfs_asked *a, uint64_t number, uint8_t *raw);

// Calls each for every entry of a folder, ".." too, until it returns false. type: as ext has it, 0:
// not told.
void xfs_entries(struct xfs_asked *a, const uint8_t *raw,
		 bool (*each)(void *arg, uint64_t inode, const char *name, size_t len,
			      uint8_t type),
		 void *arg);

// Gives names to all hits, and then paths.
void xfs_names(struct xfs_asked *a);

#endif
