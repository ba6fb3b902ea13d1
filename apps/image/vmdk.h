// SPDX-License-Identifier: GPL-2.0-or-later
// VMware's virtual disks in one file; specification: "Virtual Disk Format 5.0", VMware technical
// note, 2011. Two kinds:
//
//	monolithicSparse	header, description, two copies of the tables, grains as they are
//	streamOptimized		header, description, packed grains, the tables behind them, a
//				footer: the header again, which knows where they are
//
// The guest's disk is an array of grains. A directory points to tables (of 512 entries, as a rule),
// their entries to grains; 0 is a grain of zeros. All of these are sectors of 512 bytes, counted
// from the start of the file, in 32 bits. All numbers are little-endian.
#ifndef IMAGE_VMDK_H
#define IMAGE_VMDK_H

#include "base/endian.h"
#include "image/image.h"

#define VMDK_MAGIC 0x564d444bu // "KDMV"
#define VMDK_SECTOR 512u
#define VMDK_AT_END UINT64_MAX // dir_sector of a header: the footer knows

#define VMDK_NEWLINES 1u	// flags: the header's line ends are to be looked at
#define VMDK_TWO_DIRS 2u	// there is a second copy of the tables
#define VMDK_ZERO_GRAINS 4u	// an entry of 1 is a grain of zeros, too
#define VMDK_PACKED (1u << 16)	// grains are zlib streams
#define VMDK_MARKERS (1u << 17) // each grain and table has a marker in front

struct vmdk_header {
	le32 magic;		 // 00
	le32 version;		 // 04  1; 2 may have grains of zeros; 3 when packed
	le32 flags;		 // 08
	le64 capacity;		 // 0c  sectors of the guest's disk
	le64 grain_sectors;	 // 14
	le64 text_sector;	 // 1c  the description
	le64 text_sectors;	 // 24
	le32 table_entries;	 // 2c
	le64 second_dir_sector;	 // 30
	le64 dir_sector;	 // 38
	le64 first_grain_sector; // 40
	uint8_t dirty;		 // 48  not closed cleanly
	uint8_t newlines[4];	 // 49  what a transfer as text would change
	le16 algorithm;		 // 4d  1: zlib
	uint8_t padding[433];	 // 4f
};
_Static_assert(sizeof(struct vmdk_header) == VMDK_SECTOR, "vmdk header");

enum { VMDK_END, VMDK_TABLE, VMDK_DIR, VMDK_FOOTER }; // types of markers

// In front of everything in a packed file. With size 0 it is a sector of its own, and `value`
// sectors of the type follow.
struct vmdk_marker {
	le64 value; // of a grain: its first sector on the guest's disk
	le32 size;  // of a grain: bytes of the zlib stream, which begins behind this
	le32 type;  // with size 0
};
#define VMDK_GRAIN_MARKER 12u // bytes of the marker of a grain

#define VMDK_NEWLINE_BYTES "\n \r\n"

// What we write.
#define VMDK_GRAIN 65536u
#define VMDK_GRAIN_SECTORS (VMDK_GRAIN / VMDK_SECTOR)
#define VMDK_ENTRIES 512u // of a table
#define VMDK_TABLE_SECTORS (VMDK_ENTRIES * 4 / VMDK_SECTOR)
#define VMDK_SPAN ((uint64_t)VMDK_ENTRIES * VMDK_GRAIN) // bytes of the disk under one table
#define VMDK_TEXT_SECTORS 20u				// room for the description

struct vmdk_layout {
	uint64_t sectors;     // of the guest's disk
	uint64_t tables;      // for all of it
	uint64_t dir_sectors; // of a directory
	uint64_t grains;      // that are used
	// packed: the table being filled, and where those are that were written
	uint64_t number;
	bool filled;
	le32 table[VMDK_ENTRIES];
	le32 *dir;
};

static inline uint64_t vmdk_div_up(uint64_t n, uint64_t d)
{
	return n / d + (n % d != 0);
}

// Is anything used under table i? *r: the first of it, which may go on behind it.
bool vmdk_under(const struct image_plan *p, uint64_t i, struct range *r);
// Header and description, up to the end of the room for it.
int vmdk_write_head(const struct image_plan *p, struct sink *s, const struct vmdk_header *h,
		    struct err *e);

// The two kinds of writers; p->state is a struct vmdk_layout, whose numbers are there.
void vmdk_plain_plan(struct image_plan *p);
int vmdk_plain_begin(struct image_plan *p, struct sink *s, struct err *e);
int vmdk_plain_put(struct sink *s, const void *data, size_t len, struct err *e);

void vmdk_stream_plan(struct image_plan *p);
int vmdk_stream_begin(struct image_plan *p, struct sink *s, struct err *e);
size_t vmdk_stream_pack(const struct image_plan *p, struct packer *k, uint64_t off,
			const void *data, void *out);
int vmdk_stream_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data,
		    size_t len, struct err *e);
int vmdk_stream_finish(struct image_plan *p, struct sink *s, struct err *e);

// The description: text that says what kind of disk this is.
struct vmdk_text {
	char type[32];	 // "monolithicSparse"; "" when it does not say
	char parent[9];	 // content ID of the parent, "ffffffff": none
	char file[128];	 // of the first extent
	char access[16]; // of the first extent: "FLAT", "SPARSE"
	unsigned extents;
	uint64_t sectors; // of all extents
	uint32_t sector;  // bytes of the guest's logical sectors: 512 or 4096
};
void vmdk_text_make(struct buf *b, const struct image_plan *p, uint32_t cid);
void vmdk_text_parse(struct vmdk_text *t, const char *text, size_t len);

// 1: `file` begins as a VMDK file that holds no whole disk does, e says what to do; 0: it does not.
// -1: cannot be read.
int vmdk_foreign(struct src *file, struct err *e);
// Does the description belong to a disk that is all in this file? -1: no, e says what to do.
int vmdk_text_check(const struct vmdk_text *t, const char *name, struct err *e);

// An image that is read: the header's numbers, checked against limits and the size of the file.
struct vmdk {
	struct src *file;
	uint32_t version, flags;
	uint64_t size;				  // of the guest's disk, bytes
	uint32_t grain;				  // bytes
	uint32_t entries;			  // of a table
	uint64_t tables;			  // entries of the directory
	uint64_t dir_off, second_dir_off;	  // bytes; the second is 0 when there is none
	uint64_t text_off, text_len, first_grain; // bytes
	bool packed, dirty, at_end;		  // at_end: tables behind the grains, with a footer
	struct vmdk_text text;
};

// 1: a VMDK file, *v is filled; 0: none; -1: damaged, or of a kind we do not read.
int vmdk_read_header(struct vmdk *v, struct src *file, struct err *e);
// Table number i of the directory at dir_off into `table` (v->entries of them). 1: it is there; 0:
// it is not, all its grains are zeros. *at (may be NULL): its byte in the file.
int vmdk_read_table(const struct vmdk *v, uint64_t dir_off, uint64_t i, le32 *table, uint64_t *at,
		    struct err *e);
// Where in the file the grain of that entry lies, bytes; 0: it is zeros.
uint64_t vmdk_grain_at(const struct vmdk *v, le32 entry);

// A packed grain made large again.
struct vmdk_unpacker {
	struct packer *packer;
	uint8_t *in, *out; // out: v->grain bytes
	size_t in_room;
};
void vmdk_unpacker_begin(struct vmdk_unpacker *u, const struct vmdk *v);
void vmdk_unpacker_end(struct vmdk_unpacker *u);
// Grain `number`, which lies at `at`, into u->out. *len (may be NULL): bytes it takes in the file.
int vmdk_unpack(struct vmdk_unpacker *u, const struct vmdk *v, uint64_t number, uint64_t at,
		uint64_t *len, struct err *e);

// Methods of the format that stand in files of their own.
int vmdk_open(struct src *file, struct src **out, struct err *e);
int vmdk_stored(struct src *guest, struct map *m, struct err *e);
int vmdk_check(struct src *file, struct buf *notes, struct err *e);

#endif
