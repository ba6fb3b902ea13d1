// SPDX-License-Identifier: GPL-2.0-or-later
// VHDX, the format of Hyper-V since 2012; [MS-VHDX] of Microsoft.
//
// The first MiB holds a signature, two headers of which the one with the higher sequence number
// counts, and twice the same table of regions. Log, regions and blocks lie at whole MiB. The region
// of metadata says how large the disk, its sectors and its blocks are; the other is the table of
// blocks: 64 bits for each block of the disk, its state and its MiB in the file. After every
// `ratio` of these stands an entry for a bitmap of sectors, which only differencing disks have. All
// numbers are little-endian.
#ifndef IMAGE_VHDX_H
#define IMAGE_VHDX_H

#include "base/endian.h"
#include "base/size.h"
#include "image/image.h"

#define VHDX_SIGNATURE "vhdxfile"
#define VHDX_CREATOR_SIZE 512u			 // bytes of UTF-16 behind the signature
#define VHDX_HEADER_AT(i) ((1 + (i)) * 64 * KIB) // i: 0 or 1, for both
#define VHDX_REGIONS_AT(i) ((3 + (i)) * 64 * KIB)
#define VHDX_HEADER_SIZE 4096u // bytes under the checksum
#define VHDX_TABLE_SIZE 65536u // of the table of regions, of the table of metadata
#define VHDX_MAX_ENTRIES 2047u // of both
#define VHDX_FILE_HEAD MIB     // what no region may overlap
#define VHDX_MAX_DISK (64 * TIB)
#define VHDX_MIN_BLOCK MIB
#define VHDX_MAX_BLOCK (256 * MIB)
#define VHDX_CHUNK_SECTORS (1ull << 23) // of the disk under one bitmap

struct vhdx_guid {
	uint8_t b[16];
};

// As it is printed: a group of 32 bits, two of 16, and eight bytes; on disk the groups are
// little-endian.
#define VHDX_GUID(a, b, c, ...)                                                                    \
	{                                                                                          \
		{                                                                                  \
			(a) & 255, (a) >> 8 & 255, (a) >> 16 & 255, (a) >> 24, (b)&255, (b) >> 8,  \
				(c)&255, (c) >> 8, __VA_ARGS__                                     \
		}                                                                                  \
	}
#define VHDX_GUID_BAT                                                                              \
	VHDX_GUID(0x2dc27766u, 0xf623, 0x4200, 0x9d, 0x64, 0x11, 0x5e, 0x9b, 0xfd, 0x4a, 0x08)
#define VHDX_GUID_METADATA                                                                         \
	VHDX_GUID(0x8b7ca206u, 0x4790, 0x4b9a, 0xb8, 0xfe, 0x57, 0x5f, 0x05, 0x0f, 0x88, 0x6e)
#define VHDX_GUID_FILE                                                                             \
	VHDX_GUID(0xcaa16737u, 0xfa36, 0x4d43, 0xb3, 0xb6, 0x33, 0xf0, 0xaa, 0x44, 0xe7, 0x6b)
#define VHDX_GUID_SIZE                                                                             \
	VHDX_GUID(0x2fa54224u, 0xcd1b, 0x4876, 0xb2, 0x11, 0x5d, 0xbe, 0xd8, 0x3b, 0xf4, 0xb8)
#define VHDX_GUID_DISK_ID                                                                          \
	VHDX_GUID(0xbeca12abu, 0xb2e6, 0x4523, 0x93, 0xef, 0xc3, 0x09, 0xe0, 0x00, 0xc7, 0x46)
#define VHDX_GUID_LOGICAL                                                                          \
	VHDX_GUID(0x8141bf1du, 0xa96f, 0x4709, 0xba, 0x47, 0xf2, 0x33, 0xa8, 0xfa, 0xab, 0x5f)
#define VHDX_GUID_PHYSICAL                                                                         \
	VHDX_GUID(0xcda348c7u, 0x445d, 0x4471, 0x9c, 0xc9, 0xe9, 0x88, 0x52, 0x51, 0xc5, 0x56)
#define VHDX_GUID_PARENT                                                                           \
	VHDX_GUID(0xa8d35f2du, 0xb30b, 0x454d, 0xab, 0xf7, 0xd3, 0xd8, 0x48, 0x34, 0xab, 0x0c)

struct vhdx_header {
	uint8_t signature[4]; // 00  "head"
	le32 checksum;	      // 04  CRC-32C of 4 KiB, this field taken as zeros
	le64 sequence;	      // 08
	struct vhdx_guid file_write, data_write;
	struct vhdx_guid log; // 30  zeros: the log is empty
	le16 log_version;     // 40
	le16 version;	      // 42  1
	le32 log_length;      // 44
	le64 log_offset;      // 48
};
_Static_assert(sizeof(struct vhdx_header) == 80, "VHDX header");

struct vhdx_regions {
	uint8_t signature[4]; // "regi"
	le32 checksum;	      // CRC-32C of 64 KiB, likewise
	le32 count;
	le32 reserved;
};

struct vhdx_region {
	struct vhdx_guid id;
	le64 offset; // bytes, as the length
	le32 length;
	le32 required; // who does not know it must not read the file
};
_Static_assert(sizeof(struct vhdx_region) == 32, "VHDX region");

struct vhdx_items {
	uint8_t signature[8]; // "metadata"
	uint8_t reserved[2];
	le16 count;
	uint8_t reserved2[20];
};

#define VHDX_ITEM_OF_DISK 2u // flags
#define VHDX_ITEM_REQUIRED 4u

struct vhdx_item {
	struct vhdx_guid id;
	le32 offset; // from the beginning of the region
	le32 length;
	le32 flags;
	le32 reserved;
};
_Static_assert(sizeof(struct vhdx_item) == 32 && sizeof(struct vhdx_items) == 32, "VHDX items");

#define VHDX_FIXED 1u // of the file parameters
#define VHDX_HAS_PARENT 2u

// An entry of the table of blocks: offset | state.
#define VHDX_STATE 7u
#define VHDX_RESERVED 0xffff8u
#define VHDX_OFFSET (~0xfffffull)
enum vhdx_state {
	VHDX_NOT_PRESENT = 0, // this and the next three read as zeros
	VHDX_UNDEFINED = 1,
	VHDX_ZERO = 2,
	VHDX_UNMAPPED = 3,
	VHDX_UNMAPPED_DRAFT = 5, // the same in a draft of the specification
	VHDX_PRESENT = 6,
	VHDX_PARTIAL = 7, // the rest is the parent's
};

struct vhdx_place {
	uint64_t off, len; // bytes of the file
};

// An image that is read: numbers are checked against limits and the size of the file.
struct vhdx {
	struct src *file;
	struct vhdx_place log, metadata, bat;
	uint64_t size;	 // of the disk
	uint64_t blocks; // of the disk: size / block, rounded up
	uint64_t ratio;	 // entries of blocks between two of bitmaps
	uint32_t block;	 // bytes
	uint32_t sector;
};

// CRC-32C of n bytes, the four at 4 taken as zeros.
uint32_t vhdx_checksum(const void *p, size_t n);

// Entries of the table of blocks, those for bitmaps among them; where the one of block i stands.
uint64_t vhdx_entries(uint64_t blocks, uint64_t ratio);
uint64_t vhdx_entry_of(uint64_t i, uint64_t ratio);

// Header i (0 or 1). 1: it is right; 0: it is damaged; -1: cannot be read.
int vhdx_read_header(struct src *file, unsigned i, struct vhdx_header *h, struct err *e);
// Table of regions i, all VHDX_TABLE_SIZE bytes of it; likewise.
int vhdx_read_regions(struct src *file, unsigned i, void *table, struct err *e);

// 1: a VHDX file, *x is filled; 0: none; -1: damaged, or of a kind that we do not read.
int vhdx_read(struct vhdx *x, struct src *file, struct err *e);
// What the table says of block i: *off is where its data lies in the file, 0 when it is zeros. -1:
// that makes no sense.
int vhdx_place_block(const struct vhdx *x, uint64_t i, uint64_t entry, uint64_t *off,
		     struct err *e);

// Methods of the format that stand in files of their own.
int vhdx_open(struct src *file, struct src **out, struct err *e);
int vhdx_stored(struct src *guest, struct map *m, struct err *e);
int vhdx_check(struct src *file, struct buf *notes, struct err *e);

#endif
