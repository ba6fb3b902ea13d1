// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: NTFS. The boot sector and single records are read by our own code (ntfs.c,
// ntfs_runs.c), whole files by libntfs-3g (ntfs_library.h). The library's headers claim names of
// base/endian.h: that is why this one includes neither.
#ifndef FSMAP_NTFS_H
#define FSMAP_NTFS_H

#include <stdbool.h>

#include "block/src.h"

struct fs;
struct owner;

// A record of the master file table ("FILE") or of an index ("INDX") as read, made whole: the last
// word of every 512 bytes was replaced by a check word when it was written. False when it is none,
// or was torn.
bool ntfs_unfix(uint8_t *rec, size_t size, const char *magic);

struct ntfs_shape { // bytes
	uint32_t sector, cluster, record, index;
	uint64_t size, mft, mirror;
};

// What the boot sector says. 1, 0 it is none of NTFS, -1 unreadable. What the lengths of records
// are was not looked at yet: true when they can be.
int ntfs_measure(struct src *s, struct ntfs_shape *g, uint64_t *serial, struct err *e);
bool ntfs_has_records(const struct ntfs_shape *g);

// True when boot sector and the first record of the file table are such that libntfs-3g can be let
// loose on them: sizes that can be, and a table that begins where both say.
bool ntfs_sane(struct src *s);

// n clusters from `cluster` on, which are those from `at` on in an attribute.
struct ntfs_run {
	uint32_t type; // of the attribute
	bool packed;   // compressed
	uint64_t at, cluster, n;
	uint64_t size; // bytes of the attribute; UINT64_MAX: stands in another record
};

// Calls each for every run of clusters that the attributes of a record in use name, wherever the
// run lies. Holes are left out. An attribute that makes no sense ends the record.
void ntfs_record_runs(const uint8_t *rec, size_t size,
		      void (*each)(void *arg, const struct ntfs_run *run), void *arg);

int ntfs_owners(struct owner *o, struct err *e);
int ntfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);
int ntfs_files(struct src *s, struct fs **out, struct err *e);

#endif
