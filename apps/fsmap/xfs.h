// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: XFS (XFS Algorithms and Data Structures, 3rd edition; big-endian but for the
// checksums). Versions 4 and 5.
#ifndef FSMAP_XFS_H
#define FSMAP_XFS_H

#include "fsmap/probe.h"

// An XFS whose superblock makes sense. Group n begins at n * group_blocks * block.
struct xfs {
	struct src *src;
	bool v5;	       // metadata has checksums
	uint8_t uuid[16];      // what v5 metadata is stamped with
	uint32_t block;	       // bytes
	uint32_t sector;       // bytes
	uint64_t blocks;       // of the whole file system
	uint32_t group_blocks; // the last group may have fewer
	uint32_t groups;
	uint64_t log, log_len; // bytes; log_len 0: the log is on another device
	bool strange_log;      // has entries that are not known here
	bool realtime;	       // has files on another device
};

// Reads and judges the superblock. -1: unreadable, or a phrase on what cannot be.
int xfs_read(struct src *s, struct xfs *x, struct err *e);

// 1 everything in the log has reached its place, 0 it must be replayed or makes no sense, -1
// unreadable.
int xfs_log_clean(const struct xfs *x, struct err *e);

// Sets touched[g] for every allocation group whose free space will be another when the log has been
// replayed. -1: not known.
int xfs_log_groups(const struct xfs *x, uint8_t *touched, struct err *e);

// The checksum of a sector or block whose checksum field lies at `at`.
bool xfs_crc_ok(const uint8_t *p, size_t len, size_t at);

int xfs_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

#endif
