// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: btrfs (kernel: include/uapi/linux/btrfs_tree.h). Everything but the superblock is
// addressed logically; chunks say where on which device a logical range lies.
#ifndef FSMAP_BTRFS_H
#define FSMAP_BTRFS_H

#include "fsmap/probe.h"

struct btrfs_key_disk {
	le64 object; // 00
	uint8_t type;
	le64 offset; // 09
};
_Static_assert(sizeof(struct btrfs_key_disk) == 17, "btrfs key");

struct btrfs_device_disk {
	le64 id, size, used;	  // 00  bytes; used: by chunks
	uint8_t between[42];	  // 18
	uint8_t uuid[16], fs[16]; // 42
};
_Static_assert(sizeof(struct btrfs_device_disk) == 98, "btrfs device item");

struct btrfs_super {
	uint8_t checksum[32];		   // 000
	uint8_t fsid[16];		   // 020
	le64 self;			   // 030  bytes: where this lies
	le64 flags;			   // 038
	uint8_t magic[8];		   // 040  "_BHRfS_M"
	le64 generation, root, chunk_root; // 048
	le64 log_root;			   // 060  not 0: a log tree waits to be replayed
	uint8_t pad[8];			   // 068
	le64 total;			   // 070  bytes of all devices
	le64 used;			   // 078  bytes
	le64 root_dir;			   // 080
	le64 devices;			   // 088
	le32 sector;			   // 090  bytes
	le32 node;			   // 094  bytes
	uint8_t between[8];		   // 098
	le32 sys_chunks_len;		   // 0a0  bytes
	le64 chunk_root_generation;	   // 0a4
	le64 compat, compat_ro, incompat;  // 0ac
	le16 checksum_type;		   // 0c4  0: crc32c
	uint8_t root_level, chunk_root_level, log_root_level; // 0c6
	struct btrfs_device_disk device;		      // 0c9  this one
	char label[256];				      // 12b
	uint8_t between2[16];				      // 22b
	uint8_t metadata_uuid[16]; // 23b  instead of fsid in other blocks, with that feature
	uint8_t between3[224];	   // 24b
	uint8_t sys_chunks[2048];  // 32b
	uint8_t rest[1237];	   // b2b  roots of earlier generations
};
_Static_assert(offsetof(struct btrfs_super, label) == 0x12b, "btrfs superblock");
_Static_assert(sizeof(struct btrfs_super) == 4096, "btrfs superblock");

// A logical range, and where its copies lie on this device.
struct btrfs_chunk {
	uint64_t logical, len;
	bool linear;	 // each copy holds all of it, in order
	uint64_t stated; // bytes in use according to its block group; UINT64_MAX: it has none
	uint64_t found;	 // bytes of the extents in it
	size_t first, n; // its copies on this device
};

// One copy of a chunk (or, not linear, one stripe).
struct btrfs_copy {
	uint64_t logical; // of the chunk
	uint64_t physical, len;
};

struct btrfs {
	struct src *src;
	struct btrfs_super super;
	uint32_t node;		    // bytes
	uint8_t block_uuid[16];	    // what tree blocks are stamped with
	struct btrfs_chunk *chunks; // by logical address
	size_t n_chunks;
	struct btrfs_copy *copies; // by logical address
	size_t n_copies;
};

struct btrfs_key {
	uint64_t object, offset;
	uint8_t type;
};

static inline struct btrfs_key btrfs_key_get(const struct btrfs_key_disk *k)
{
	return (struct btrfs_key){ le64_get(k->object), le64_get(k->offset), k->type };
}

static inline bool btrfs_key_less(const struct btrfs_key *a, const struct btrfs_key *b)
{
	if (a->object != b->object)
		return a->object < b->object;
	return a->type != b->type ? a->type < b->type : a->offset < b->offset;
}

// How a tree's block begins; behind it items (level 0) or pointers.
struct btrfs_block {
	uint8_t checksum[32];	// 00
	uint8_t uuid[16];	// 20
	le64 at;		// 30
	le64 flags;		// 38
	uint8_t chunk_uuid[16]; // 40
	le64 generation;	// 50
	le64 owner;		// 58
	le32 count;		// 60
	uint8_t level;		// 64
};
_Static_assert(sizeof(struct btrfs_block) == 101, "btrfs block header");

struct btrfs_item {
	struct btrfs_key_disk key;
	le32 off, len; // bytes from the end of the header
};
struct btrfs_pointer {
	struct btrfs_key_disk key;
	le64 at, generation;
};
_Static_assert(sizeof(struct btrfs_item) == 25 && sizeof(struct btrfs_pointer) == 33,
	       "btrfs items");
enum { BTRFS_MAX_LEVEL = 7 };

struct btrfs_root {
	uint64_t at;	     // logical
	uint64_t generation; // UINT64_MAX: whatever it is
	uint8_t level;
};

// What is done with a tree. Both may be NULL.
struct btrfs_visit {
	// Each item in the order of the keys. -1 ends the walk.
	int (*item)(void *arg, const struct btrfs_key *k, struct view data, struct err *e);
	// Each block, by its logical address.
	void (*block)(void *arg, uint64_t at);
	void *arg;
	uint64_t low, high; // objects; what cannot have these is left out
};

// Offset of copy n of the superblock, 0 when there can be no such copy.
uint64_t btrfs_super_place(unsigned n);

// 1 magic and place are right (and *valid: the checksum, too), 0 it is none, -1 unreadable.
int btrfs_super_read(struct src *s, unsigned copy, struct btrfs_super *b, bool *valid,
		     struct err *e);

// The superblock that the kernel would use, of an intact file system with features known here, and
// the chunks it brings along. -1: a phrase on why not. b may be closed even then.
int btrfs_open(struct src *s, struct btrfs *b, struct err *e);
void btrfs_close(struct btrfs *b);

// Reads the chunk tree. Checks that the chunks on this device are as large as it believes.
int btrfs_read_chunks(struct btrfs *b, struct err *e);
// The chunk that holds all of a logical range, or NULL.
struct btrfs_chunk *btrfs_chunk_of(const struct btrfs *b, uint64_t logical, uint64_t len);

// What is wrong with a block that was read, one phrase; NULL: nothing.
const char *btrfs_block_wrong(const struct btrfs *b, const struct btrfs_root *r, const uint8_t *p);
// Reads a tree block and checks it; of several copies the first that is right.
int btrfs_read_block(const struct btrfs *b, const struct btrfs_root *r, uint8_t *p, struct err *e);
int btrfs_walk(const struct btrfs *b, const struct btrfs_root *r, const struct btrfs_visit *v,
	       struct err *e);

// Finds another tree in the tree of roots. 1 found, 0 there is none, -1.
int btrfs_find_root(const struct btrfs *b, uint64_t tree, struct btrfs_root *r, struct err *e);
// The root of the tree of roots.
struct btrfs_root btrfs_roots(const struct btrfs *b);
// The root that an item of type BTRFS_ROOT describes.
int btrfs_root_of(struct view item, struct btrfs_root *r, struct err *e);

// The start of a file's extent.
struct btrfs_extent {
	le64 generation, bytes; // 00  bytes: when unpacked
	uint8_t packing;	// 10  enum btrfs_packing
	uint8_t encryption;	// 11
	le16 encoding;		// 12
	uint8_t type;		// 14  0: the data follows here; 1; 2: nothing was written yet
};
// Then, unless the data does.
struct btrfs_extent_place {
	le64 at, len;	// 15  logical, bytes on disk; at 0: a hole
	le64 off, part; // 25  of it, unpacked: where the file's part begins, and its length
};
_Static_assert(sizeof(struct btrfs_extent) == 21, "btrfs file extent");
_Static_assert(sizeof(struct btrfs_extent_place) == 32, "btrfs file extent");

int btrfs_owners(struct owner *o, struct err *e);
int btrfs_files(struct src *s, struct fs **out, struct err *e);
int btrfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

enum {			   // trees
	BTRFS_FS_TREE = 5, // the top: what is in no other subvolume
	BTRFS_ROOT_TREE = 1,
	BTRFS_EXTENT_TREE = 2,
	BTRFS_CHUNK_TREE = 3,
	BTRFS_BLOCK_GROUP_TREE = 11
};
enum { // types of items
	BTRFS_INODE = 1,
	BTRFS_INODE_REF = 12,
	BTRFS_DIR_ITEM = 84,  // by the hash of its name
	BTRFS_DIR_INDEX = 96, // in the order in which they were made
	BTRFS_FILE_EXTENT = 108,
	BTRFS_ROOT = 132,
	BTRFS_ROOT_BACKREF = 144,
	BTRFS_ROOT_REF = 156,
	BTRFS_EXTENT = 168,
	BTRFS_TREE_BLOCK = 169,
	BTRFS_BLOCK_GROUP = 192,
	BTRFS_CHUNK = 228
};
enum { BTRFS_RO_BLOCK_GROUP_TREE = 8 };

#endif
