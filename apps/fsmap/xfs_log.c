// SPDX-License-Identifier: GPL-2.0-or-later
// Whether an XFS log must be replayed.
//
// The log is a ring of 512-byte blocks. Each begins with the number of the turn (cycle) in which it
// was written, but the first of a record, which has a magic number there and the cycle behind it.
// Where the cycle falls lies the end of what was written last. Unmounting writes a record of its
// own kind: when it is the last one, everything is in its place.
#include <string.h>

#include "fsmap/xfs.h"

struct record {
	be32 magic;		 // 000  feedbabe
	be32 cycle;		 // 004
	be32 version;		 // 008  2: more headers may follow
	be32 len;		 // 00c  bytes behind the headers
	be64 lsn, tail;		 // 010
	uint8_t crc[4];		 // 020
	be32 previous;		 // 024
	be32 operations;	 // 028
	uint8_t cycle_data[256]; // 02c
	be32 format;		 // 12c
	uint8_t uuid[16];	 // 130
	be32 size;		 // 140  bytes: one header for each 32 KiB of it
};
_Static_assert(sizeof(struct record) == 0x144, "XFS log record");

enum { BLOCK = 512, MAGIC = 0xfeedbabe, UNMOUNT = 0x20 };
// No record is longer: 256 KiB and its headers.
enum { MAX_RECORD = 512 + 8 };

static int read_block(const struct xfs *x, uint64_t block, uint8_t p[BLOCK], struct err *e)
{
	return src_read(x->src, x->log + block * BLOCK, p, BLOCK, e);
}

static int read_cycle(const struct xfs *x, uint64_t block, uint32_t *cycle, struct err *e)
{
	uint8_t p[BLOCK];
	struct record r;

	if (read_block(x, block, p, e) < 0)
		return -1;
	memcpy(&r, p, sizeof(r));
	*cycle = be32_get(r.magic) == MAGIC ? be32_get(r.cycle) : be32_get(r.magic);
	return 0;
}

// The block behind the last one written. 1 found (0: at the very start, all before it is at the end
// of the ring), 0 the cycles make no sense, -1.
static int find_head(const struct xfs *x, uint64_t blocks, uint64_t *head, struct err *e)
{
	uint64_t low = 0, high = blocks - 1;
	uint32_t first, last, cycle;

	*head = 0;
	if (read_cycle(x, low, &first, e) < 0 || read_cycle(x, high, &last, e) < 0)
		return -1;
	if (first == last)
		return 1;
	if (last + 1 != first)
		return 0;
	while (high - low > 1) {
		uint64_t middle = low + (high - low) / 2;

		if (read_cycle(x, middle, &cycle, e) < 0)
			return -1;
		if (cycle == last)
			high = middle;
		else
			low = middle;
	}
	*head = high;
	return 1;
}

// Is the record that ends at head (there is none behind it) that of an unmount?
static int ends_with_unmount(const struct xfs *x, uint64_t blocks, uint64_t head, struct err *e)
{
	for (uint64_t k = 1; k <= MAX_RECORD && k < blocks; k++) {
		uint64_t at = (head + blocks - k) % blocks, headers = 1;
		uint8_t p[BLOCK];
		struct record r;

		if (read_block(x, at, p, e) < 0)
			return -1;
		memcpy(&r, p, sizeof(r));
		if (be32_get(r.magic) != MAGIC)
			continue;
		if (be32_get(r.version) == 2 && be32_get(r.size) > 32 * KIB)
			headers = be32_get(r.size) / (32 * KIB) +
				  (be32_get(r.size) % (32 * KIB) != 0);
		if (be32_get(r.operations) != 1 || headers >= k ||
		    k - headers != be32_get(r.len) / BLOCK + (be32_get(r.len) % BLOCK != 0))
			return 0;
		if (read_block(x, (at + headers) % blocks, p, e) < 0)
			return -1;
		// An operation: its transaction, its length, who logs it, its flags.
		return (p[9] & UNMOUNT) != 0;
	}
	return 0;
}

int xfs_log_clean(const struct xfs *x, struct err *e)
{
	uint64_t blocks = x->log_len / BLOCK, head;
	uint32_t first, last;
	int r = find_head(x, blocks, &head, e);

	if (r <= 0)
		return r;
	if (read_cycle(x, 0, &first, e) < 0 || read_cycle(x, blocks - 1, &last, e) < 0)
		return -1;
	// Never written at all: mkfs on a disk that was all zeros.
	if (first == 0 && last == 0)
		return 1;
	return ends_with_unmount(x, blocks, head, e);
}
