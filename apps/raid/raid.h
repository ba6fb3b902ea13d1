// SPDX-License-Identifier: GPL-2.0-or-later
// md superblocks, read in user space. Nothing is assembled.
#ifndef RAID_RAID_H
#define RAID_RAID_H

#include <stdbool.h>

#include "block/src.h"

struct raid_member {
	char metadata[8];     // "0.90" "1.0" "1.1" "1.2"
	char array_uuid[36];  // as mdadm prints it: 8 digits four times, with colons
	char device_uuid[36]; // 1.x only
	char name[33];	      // 1.x "host:0"; 0.90 "md0" from its minor number
	int level;	      // 1: mirror; -1 linear, 0, 4, 5, 6, 10
	unsigned raid_devices;
	int role;	 // slot in the array; -1 spare, -2 failed or unknown
	unsigned active; // how many slots the superblock believes to be working
	uint64_t events;
	uint64_t updated; // seconds since 1970
	bool clean;
	uint64_t data_off;  // bytes from the start of the member to its data
	uint64_t data_len;  // bytes of data
	uint64_t super_off; // bytes: where the superblock lies
	bool bitmap;	    // has a write-intent bitmap
	bool rebuilding;    // was being filled when it was last written: its data is not whole
	bool reshaping;	    // its layout was being changed: old and new one both hold data
	// Bytes that its bad-block log names: a write went to the other members alone, or nobody
	// could read them when this one was filled.
	uint64_t bad;
	uint64_t slots; // bit n: its superblock believes that slot n works (the first 64)
};

struct raid_ops {
	const char *name;
	// 1 found (*m filled), 0 no, -1 unreadable or damaged (says which).
	int (*read)(struct src *s, struct raid_member *m, struct err *e);
	// Byte ranges of s that hold this version's superblock (and bitmap, bad-block log), so that
	// erasing them removes it. Returns how many were put in r (at most 4).
	unsigned (*erase)(struct src *s, struct range *r);
};

// Why its data cannot live alone, a phrase that goes on after "it"; NULL: they can.
const char *raid_not_alone(const struct raid_member *m);

// The version found; of several (rests of an earlier use) the one updated last. 1, 0, -1 as above.
int raid_read(struct src *s, struct raid_member *m, struct err *e);

// Every range that holds a superblock of any version on s (damaged ones included), with what
// belongs to it; never anything of the array's data. At most max (16 are always enough). Returns
// the number.
unsigned raid_super_ranges(struct src *s, struct range *r, unsigned max);

#define X(n) extern const struct raid_ops raid_##n;
#include "raid/list.h"
#undef X

#endif
