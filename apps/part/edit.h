// SPDX-License-Identifier: GPL-2.0-or-later
// Which bytes of a disk change when a partition gets another type, start or length. Pure: reads
// through a source and computes; somebody else writes (on the work disk). An edit is computed
// against what the source holds now: with several changes in one GPT, write each before the next is
// computed (the checksums cover the whole table).
#ifndef PART_EDIT_H
#define PART_EDIT_H

#include "part/part.h"

#define PART_EDITS 8

struct part_edit {
	uint64_t off; // bytes from the start of the disk
	unsigned len; // bytes, at most 16; never crosses a sector
	uint8_t bytes[16];
};

struct part_edits {
	struct part_edit v[PART_EDITS];
	unsigned n;	// to be written in this order; 0: it is so already
	char note[120]; // what a human should know about the backup table; "" nothing
};

// A new type for an MBR partition, primary or logical. Extended partitions keep theirs: the request
// is refused.
int part_edit_type(struct src *s, unsigned number, uint8_t type, struct part_edits *out,
		   struct err *e);

// A new type GUID ("0fc63daf-8483-4772-8e79-3d69d8477de4", any case) for a GPT partition.
int part_edit_guid(struct src *s, unsigned number, const char *guid, struct part_edits *out,
		   struct err *e);

// A new place, MBR or GPT: off and len in bytes, multiples of the sector. Refused when it would
// reach beyond the disk, over another partition or a table, or (logical) out of the extended
// partition; and when it stands in a hybrid MBR as well.
int part_edit_place(struct src *s, unsigned number, uint64_t off, uint64_t len,
		    struct part_edits *out, struct err *e);

#endif
