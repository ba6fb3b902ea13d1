// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: the XFS log.
//
// It is a ring of 512-byte blocks. Each begins with the number of the turn (cycle) in which it was
// written, but the first of a record, which has a magic number there and the cycle behind it. Where
// the cycle falls lies the end of what was written last.
#ifndef FSMAP_XFS_LOG_H
#define FSMAP_XFS_LOG_H

#include "fsmap/xfs.h"

struct xfs_record {
	be32 magic;	 // 000  feedbabe
	be32 cycle;	 // 004
	be32 version;	 // 008  2: more headers may follow
	be32 len;	 // 00c  bytes behind the headers
	be64 lsn;	 // 010  cycle and block of this record
	be64 tail;	 // 018  of the oldest that is still needed
	uint8_t crc[4];	 // 020
	be32 previous;	 // 024
	be32 operations; // 028
	uint8_t first_words
		[256];	  // 02c  of the blocks behind the headers: the cycle is in their place
	be32 format;	  // 12c  1: little-endian
	uint8_t uuid[16]; // 130
	be32 size;	  // 140  bytes: one header for each 32 KiB of it
};
_Static_assert(sizeof(struct xfs_record) == 0x144, "XFS log record");

enum {
	XFS_LOG_BLOCK = 512,
	XFS_LOG_MAGIC = 0xfeedbabe,
	XFS_LOG_WORDS = 64,	  // blocks whose first words a header holds
	XFS_LOG_RECORD = 512 + 8, // blocks of the longest: 256 KiB and its headers
	XFS_LOG_HEADERS = 8
};

static inline uint64_t xfs_log_blocks(const struct xfs *x)
{
	return x->log_len / XFS_LOG_BLOCK;
}

int xfs_log_read(const struct xfs *x, uint64_t block, uint8_t p[XFS_LOG_BLOCK], struct err *e);

// The block behind the last one written. 1 found (0: the last block of the ring was), 0 the cycles
// make no sense, -1.
int xfs_log_head(const struct xfs *x, uint64_t *head, struct err *e);

// The last record that begins before a block, at most `most` blocks before. 1 found (*at, *r), 0,
// -1.
int xfs_log_before(const struct xfs *x, uint64_t block, uint64_t most, uint64_t *at,
		   struct xfs_record *r, struct err *e);

// Is this the record that unmounting writes? 1, 0, -1.
int xfs_log_is_unmount(const struct xfs *x, uint64_t at, const struct xfs_record *r, struct err *e);

// Blocks of the headers of a record, and of what is behind them.
uint64_t xfs_log_headers(const struct xfs_record *r);
uint64_t xfs_log_body(const struct xfs_record *r);

#endif
