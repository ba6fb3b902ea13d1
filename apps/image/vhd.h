// SPDX-License-Identifier: GPL-2.0-or-later
// Virtual Hard Disk, the format of Virtual PC and of Hyper-V's first generation; "Virtual Hard Disk
// Image Format Specification" 1.0 of Microsoft.
//
// A fixed disk is the disk and a footer of 512 bytes behind it. A dynamic one begins with a copy of
// the footer; then come a header, a table of blocks, the blocks, the footer. The table has for each
// block of the disk the sector of the file where it lies: a bitmap of its sectors, then its data.
// All numbers are big-endian, sectors have 512 bytes.
#ifndef IMAGE_VHD_H
#define IMAGE_VHD_H

#include "base/endian.h"
#include "base/size.h"
#include "image/image.h"

#define VHD_SECTOR 512u
#define VHD_COOKIE "conectix"
#define VHD_HEADER_COOKIE "cxsparse"
#define VHD_VERSION 0x00010000u
#define VHD_NO_BLOCK 0xffffffffu // of a table's entry: the block is zeros
#define VHD_ALIGN 4096u		 // bytes: writers place a block's data at multiples of this

enum vhd_type { VHD_FIXED = 2, VHD_DYNAMIC = 3, VHD_DIFFERENCING = 4 };

struct vhd_footer {
	uint8_t cookie[8];
	be32 features;	  // 08  bit 1 is always set
	be32 version;	  // 0c
	be64 data_offset; // 10  of the header; fixed disks: all ones
	be32 time;	  // 18  seconds since 2000-01-01 UTC
	uint8_t creator[4];
	be32 creator_version; // 20
	uint8_t creator_os[4];
	be64 original_size; // 28
	be64 size;	    // 30  of the disk, bytes
	be16 cylinders;	    // 38
	uint8_t heads, sectors;
	be32 type;     // 3c  enum vhd_type
	be32 checksum; // 40  of the footer, this field taken as zeros
	uint8_t id[16];
	uint8_t saved; // 54  1: belongs to a machine that sleeps
	uint8_t reserved[427];
};
_Static_assert(sizeof(struct vhd_footer) == 512, "VHD footer");

struct vhd_header {
	uint8_t cookie[8];
	be64 data_offset;    // 08  all ones
	be64 table_offset;   // 10
	be32 version;	     // 18
	be32 entries;	     // 1c  of the table
	be32 block_size;     // 20  bytes, without the bitmap
	be32 checksum;	     // 24  of the header, this field taken as zeros
	uint8_t parent[984]; // of differencing disks
};
_Static_assert(sizeof(struct vhd_header) == 1024, "VHD header");

// The ones' complement of the sum of n bytes, among them those of a checksum field.
uint32_t vhd_checksum(const void *p, size_t n, be32 field);

// An image that is read: numbers are checked against limits and the size of the file.
struct vhd {
	struct src *file;
	struct vhd_footer footer; // the one at the end, or its copy where that is damaged
	bool has_end, has_copy;	  // which of the two are there and right
	bool fixed;
	uint64_t end;  // of everything but the footer, in the file
	uint64_t size; // of the disk
	// dynamic disks only:
	uint64_t header_off, table_off;
	uint32_t entries;
	uint32_t block, bitmap; // bytes; the bitmap with what fills its last sector
};

// 1: a VHD file, *v is filled; 0: none; -1: damaged, or of a kind that we do not read.
int vhd_read_header(struct vhd *v, struct src *file, struct err *e);
// Does block i, whose entry says `sector`, lie inside the file? -1: no.
int vhd_check_block(const struct vhd *v, uint64_t i, uint32_t sector, struct err *e);

// Methods of the format that stand in files of their own.
int vhd_open(struct src *file, struct src **out, struct err *e);
int vhd_stored(struct src *guest, struct map *m, struct err *e);
int vhd_check(struct src *file, struct buf *notes, struct err *e);

#endif
