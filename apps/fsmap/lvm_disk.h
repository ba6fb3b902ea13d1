// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: the structures of LVM2 around its metadata text (lvm2: lib/format_text/layout.h).
#ifndef FSMAP_LVM_DISK_H
#define FSMAP_LVM_DISK_H

#include "fsmap/lvm_text.h"
#include "fsmap/probe.h"

struct lvm_label {
	uint8_t id[8];	 // 00  "LABELONE"
	le64 sector;	 // 08  where this lies
	le32 crc;	 // 10
	le32 header;	 // 14  bytes from the label to the header
	uint8_t type[8]; // 18  "LVM2 001"
};
_Static_assert(sizeof(struct lvm_label) == 32, "LVM label");

struct lvm_place {
	le64 off, len; // bytes
};
struct lvm_header {
	char uuid[32]; // 00  without the dashes
	le64 size;     // 20  bytes
		       // 28  places of the data, one of zeros, places of metadata, one of zeros
};
_Static_assert(sizeof(struct lvm_header) == 40, "LVM header");

// The label's sector (512 bytes). 1 found, 0 there is none, -1 unreadable.
int lvm_label_read(struct src *s, uint8_t sector[512], struct err *e);
// The header in it; NULL when it would lie outside.
const struct lvm_header *lvm_header_of(const uint8_t sector[512]);

// The newest metadata text on this disk. pv: the volume's UUID without dashes. 1, 0 not a physical
// volume, -1.
int lvm_text_of(struct src *s, char pv[33], struct lvm_text *t, struct err *e);

#endif
