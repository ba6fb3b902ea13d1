// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: records and indexes of an NTFS of which parts are missing. libntfs-3g gives a
// volume up when one of its system files is; so these are read by our own code.
#ifndef FSMAP_NTFS_OWNER_H
#define FSMAP_NTFS_OWNER_H

#include "base/endian.h"
#include "base/view.h"
#include "fsmap/ntfs.h"
#include "fsmap/owner.h"

enum { NTFS_ROOT = 5, NTFS_FILES = 16 /* the records before are the file system's own */ };
enum { NTFS_LIST = 0x20, NTFS_NAME = 0x30, NTFS_DATA = 0x80, NTFS_INDEX_ROOT = 0x90 };
enum { NTFS_INDEX = 0xa0, NTFS_BITMAP = 0xb0 };

struct ntfs_asked {
	struct owner *o;
	struct ntfs_shape g;
	uint64_t clusters;    // of the file system
	struct ntfs_run *run; // where the file table lies
	size_t runs;
	uint64_t records; // in the table
	uint8_t *piece;	  // room for NTFS_PIECE bytes of it
	uint8_t *bitmap;  // of records in use; bytes that are missing are all ones
	uint64_t bitmap_len;
	uint8_t *index; // room for a block of an index
};
enum { NTFS_PIECE = 65536 };

struct ntfs_record {
	uint8_t id[4];	     // 00  "FILE"
	uint8_t between[16]; // 04
	le16 attributes;     // 14  offset of the first
	le16 flags;	     // 16  bit 0: in use, 1: a directory
	uint8_t between2[8]; // 18
	le64 base;	     // 20  the record that this one adds to; 0: none
};
_Static_assert(sizeof(struct ntfs_record) == 0x28, "NTFS record");

// A reference: number of a record, and in the upper 16 bits how often that was used.
static inline uint64_t ntfs_number(le64 reference)
{
	return le64_get(reference) & 0xffffffffffff;
}

// Takes a run of the file table, for ntfs_record_runs over record 0 and those that add to it.
void ntfs_table_run(void *asked, const struct ntfs_run *run);

// Reads record n into p, made whole. False: there is none, or it is missing.
bool ntfs_read_record(struct ntfs_asked *a, uint64_t n, uint8_t *p);

// The value of the first attribute of this type in a record from `*off` on (0: from its begin) that
// stands in the record itself; *off is behind it then. False: there is none.
bool ntfs_value(const uint8_t *rec, size_t size, uint32_t type, uint64_t *off, struct view *value);

// Calls each for all records in use that can be read, in order, and gone for the missing ones.
void ntfs_records(struct ntfs_asked *a,
		  void (*each)(struct ntfs_asked *a, uint64_t n, const uint8_t *rec),
		  void (*gone)(struct ntfs_asked *a, uint64_t n));

// A value of type NTFS_NAME: the directory it stands in, and the name as UTF-8. False: it is none,
// or the short name of a file that has a long one.
bool ntfs_name(struct view value, uint64_t *parent, char name[OWNER_NAME]);

// Gives names to all hits, and then paths.
void ntfs_names(struct ntfs_asked *a);

#endif
