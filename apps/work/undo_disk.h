// SPDX-License-Identifier: GPL-2.0-or-later
// The undo file's structures as they lie in it; described in work/undo.h.
#ifndef WORK_UNDO_DISK_H
#define WORK_UNDO_DISK_H

#include "base/endian.h"

#define UNDO_MAGIC "SALVUNDO"
#define UNDO_RANGES_MAX (1u << 22) // 64 MiB of table: far more than any repair makes

struct undo_head {
	uint8_t magic[8];   // 0x000
	le32 version;	    // 0x008
	le32 head_size;	    // 0x00c bytes
	le64 disk_size;	    // 0x010 bytes
	le64 ranges;	    // 0x018
	le64 bytes;	    // 0x020 of all ranges together
	le64 created;	    // 0x028 seconds since 1970
	char model[64];	    // 0x030
	char serial[64];    // 0x070
	uint8_t sha256[32]; // 0x0b0
	uint8_t zero[304];  // 0x0d0
};
_Static_assert(sizeof(struct undo_head) == 512, "undo file header");
_Static_assert(__builtin_offsetof(struct undo_head, sha256) == 0xb0, "undo file header");

struct undo_entry {
	le64 off, len; // bytes
};

// Bytes of the table of n ranges, padding included.
static inline uint64_t undo_table_size(uint64_t n)
{
	return (n * sizeof(struct undo_entry) + 511) / 512 * 512;
}

#endif
