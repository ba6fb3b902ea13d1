// SPDX-License-Identifier: GPL-2.0-or-later
// Inside part/: the on-disk structures, and what the drivers and the edits share.
#ifndef PART_TABLE_H
#define PART_TABLE_H

#include "base/endian.h"
#include "part/part.h"

// One of the four entries of an MBR or of the boot record of a logical partition.
struct mbr_entry {
	uint8_t active;	      // 00  0x80: boot from here
	uint8_t start_chs[3]; // 01
	uint8_t type;	      // 04  0: empty
	uint8_t end_chs[3];   // 05
	le32 start;	      // 08  sectors, from the sector that `extended` below speaks of
	le32 len;	      // 0c  sectors
};
_Static_assert(sizeof(struct mbr_entry) == 16, "MBR entry");

struct mbr {
	uint8_t code[440];     // 000
	le32 signature;	       // 1b8  Windows' disk signature
	uint8_t zero[2];       // 1bc
	struct mbr_entry e[4]; // 1be
	le16 magic;	       // 1fe  0xaa55
};
_Static_assert(sizeof(struct mbr) == 512, "MBR");

#define MBR_MAGIC 0xaa55
#define MBR_PROTECTIVE 0xee

static inline bool mbr_is_extended(uint8_t type)
{
	return type == 0x05 || type == 0x0f || type == 0x85;
}

// UEFI 2.10, 5.3.2.
struct gpt_header {
	uint8_t magic[8];      // 00  "EFI PART"
	le32 revision;	       // 08
	le32 header_size;      // 0c  bytes covered by crc
	le32 crc;	       // 10  of the header, this field as zero
	le32 zero;	       // 14
	le64 self;	       // 18  sector of this header
	le64 other;	       // 20  sector of the other copy
	le64 first, last;      // 28  sectors that partitions may use
	uint8_t disk_guid[16]; // 38
	le64 table;	       // 48  first sector of the entries
	le32 count;	       // 50  entries
	le32 entry_size;       // 54  bytes
	le32 table_crc;	       // 58  of count * entry_size bytes
};
_Static_assert(sizeof(struct gpt_header) == 92, "GPT header");

struct gpt_entry {
	uint8_t type[16]; // 00  GUID, all zero: empty
	uint8_t id[16];	  // 10
	le64 first, last; // 20  sectors, both inside
	le64 flags;	  // 30  bit 2: legacy BIOS bootable
	uint8_t name[72]; // 38  UTF-16LE
};
_Static_assert(sizeof(struct gpt_entry) == 128, "GPT entry");

// One copy of a GPT that was found valid: its header and all its entries.
struct gpt {
	uint32_t sector; // bytes
	uint64_t self;	 // sector of the header
	struct gpt_header h;
	uint8_t *entries; // count * entry_size bytes
	uint32_t count, entry_size;
};

#define GPT_MAX_TABLE (1u << 20) // bytes of entries we are willing to read

// Reads the copy whose header is at that sector. 1 valid, 0 no GPT header or a damaged one (why:
// one phrase, "" when there is none at all), -1 unreadable. g->entries is the caller's to free.
int gpt_load(struct src *s, uint32_t sector, uint64_t at, struct gpt *g, const char **why,
	     struct err *e);

// Text form, lower case, to and from the mixed-endian 16 bytes.
void guid_text(const uint8_t b[16], char text[37]);
bool guid_parse(const char *text, uint8_t b[16]);

// Appends to t->trouble.
void part_trouble(struct part_table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
// A new, otherwise zeroed entry at the end; NULL when the table is full.
struct part *part_add(struct part_table *t, unsigned number, uint64_t off, uint64_t len);
// Notes where it ends in t->needs, and in trouble when that is beyond the disk.
void part_told_end(struct part_table *t, const struct part *p, uint64_t disk_size);

#endif
