// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables: MBR with logical partitions, GPT. Read only here; changing types and starts on
// the work disk is in part/edit.h.
#ifndef PART_PART_H
#define PART_PART_H

#include <stdbool.h>

#include "block/src.h"

#define PART_MAX 128 // more are ignored with a note in trouble

// Type GUIDs that more than their names (part_type_name) are known of.
#define GUID_ESP "c12a7328-f81f-11d2-ba4b-00a0c93ec93b"
#define GUID_BIOS_BOOT "21686148-6449-6e6f-744e-656564454649"
#define GUID_LINUX "0fc63daf-8483-4772-8e79-3d69d8477de4"
#define GUID_SWAP "0657fd6d-a4ab-43c4-84e5-0933c84b4f4f"
#define GUID_RAID "a19d880f-05fc-4d3b-a006-743f0f84911e"
#define GUID_LVM "e6d6d379-f507-44c2-a23c-238f2a3df928"

struct part {
	unsigned number;   // as Linux counts: 1-4 primary, 5.. logical
	uint64_t off, len; // bytes on the disk; may reach beyond its end
	uint8_t type;	   // MBR type; for GPT 0
	char guid[37];	   // GPT type GUID in lower case; "" for MBR
	char id[37];	   // PARTUUID as Linux has it: of GPT the entry's GUID, else "0000deba-01"
	char name[112];	   // GPT name, UTF-8
	bool active;
	bool container;	    // an extended partition: holds logical ones, no data of its own
	uint64_t entry_off; // bytes: where its entry in the (primary) table lies on the disk
};

struct part_table {
	char kind[8]; // "mbr", "gpt", "none"
	struct part p[PART_MAX];
	unsigned n;	 // in order of number
	uint32_t sector; // bytes: the unit the table counts in
	// Bytes: where its last partition (or the backup table) ends; beyond the disk: it was cut
	// off.
	uint64_t needs;
	char trouble[160]; // what is wrong: entries beyond the end, loops, bad CRC; "" nothing
};

struct part_ops {
	const char *name;
	// 1 mine (*t filled), 0 not mine, -1 unreadable.
	int (*read)(struct src *s, struct part_table *t, struct err *e);
};

// Tries the drivers in order of list.h. No table: kind "none", 0. -1 only when the disk cannot be
// read.
int part_read(struct src *s, struct part_table *t, struct err *e);

// What an operator calls a type: "Linux raid autodetect", "EFI system"; "" unknown.
const char *part_type_name(const struct part *p);

#define X(n) extern const struct part_ops part_##n;
#include "part/list.h"
#undef X

#endif
