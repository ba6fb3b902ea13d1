// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: NTFS. The boot sector and single records are read by our own code (ntfs.c,
// ntfs_runs.c), whole files of the system by libntfs-3g (ntfs_used.c). The library's headers claim
// names of base/endian.h: that is why this one includes neither.
#ifndef FSMAP_NTFS_H
#define FSMAP_NTFS_H

#include "block/src.h"

// A record of the master file table as read, made whole: the last word of every 512 bytes was
// replaced by a check word when it was written. False when it is no record, or was torn.
bool ntfs_unfix(uint8_t *rec, size_t size);

// True when boot sector and the first record of the file table are such that libntfs-3g can be let
// loose on them: sizes that can be, and a table that begins where both say.
bool ntfs_sane(struct src *s);

// Calls each for every run of clusters that the attributes of a record in use name, wherever the
// run lies; type is that of the attribute. Holes are left out. An attribute that makes no sense
// ends the record.
void ntfs_record_runs(const uint8_t *rec, size_t size,
		      void (*each)(void *arg, uint32_t type, uint64_t cluster, uint64_t n),
		      void *arg);

int ntfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

#endif
