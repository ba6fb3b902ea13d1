// SPDX-License-Identifier: GPL-2.0-or-later
// The XFS log: where it ends, and whether it must be replayed. Unmounting writes a record of its
// own kind: when it is the last one, everything is in its place.
#include "fsmap/xfs_log.h"

#include <string.h>

enum { UNMOUNT = 0x20 };

int xfs_log_read(const struct xfs *x, uint64_t block, uint8_t p[XFS_LOG_BLOCK], struct err *e)
{
	return src_read(x->src, x->log + block * XFS_LOG_BLOCK, p, XFS_LOG_BLOCK, e);
}

static int read_cycle(const struct xfs *x, uint64_t block, uint32_t *cycle, struct err *e)
{
	uint8_t p[XFS_LOG_BLOCK];
	struct xfs_record r;

	if (xfs_log_read(x, block, p, e) < 0)
		return -1;
	memcpy(&r, p, sizeof(r));
	*cycle = be32_get(be32_get(r.magic) == XFS_LOG_MAGIC ? r.cycle : r.magic);
	return 0;
}

int xfs_log_head(const struct xfs *x, uint64_t *head, struct err *e)
{
	uint64_t low = 0, high = xfs_log_blocks(x) - 1;
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

int xfs_log_before(const struct xfs *x, uint64_t block, uint64_t most, uint64_t *at,
		   struct xfs_record *r, struct err *e)
{
	uint64_t blocks = xfs_log_blocks(x);

	for (uint64_t k = 1; k <= most && k < blocks; k++) {
		uint8_t p[XFS_LOG_BLOCK];

		*at = (block + blocks - k) % blocks;
		if (xfs_log_read(x, *at, p, e) < 0)
			return -1;
		memcpy(r, p, sizeof(*r));
		if (be32_get(r->magic) == XFS_LOG_MAGIC)
			return 1;
	}
	return 0;
}

uint64_t xfs_log_headers(const struct xfs_record *r)
{
	uint32_t size = be32_get(r->size), part = 32 * (uint32_t)KIB;

	if (be32_get(r->version) != 2 || size <= part)
		return 1;
	return size / part + (size % part != 0);
}

uint64_t xfs_log_body(const struct xfs_record *r)
{
	return be32_get(r->len) / XFS_LOG_BLOCK + (be32_get(r->len) % XFS_LOG_BLOCK != 0);
}

int xfs_log_is_unmount(const struct xfs *x, uint64_t at, const struct xfs_record *r, struct err *e)
{
	uint8_t p[XFS_LOG_BLOCK];

	if (be32_get(r->operations) != 1)
		return 0;
	if (xfs_log_read(x, (at + xfs_log_headers(r)) % xfs_log_blocks(x), p, e) < 0)
		return -1;
	// An operation: its transaction, its length, who logs it, its flags.
	return (p[9] & UNMOUNT) != 0;
}

int xfs_log_clean(const struct xfs *x, struct err *e)
{
	uint64_t head, at, behind;
	struct xfs_record rec;
	uint32_t cycle;
	int r = xfs_log_head(x, &head, e);

	if (r <= 0)
		return r;
	if (head == 0) {
		if (read_cycle(x, 0, &cycle, e) < 0)
			return -1;
		// Never written at all: mkfs on a disk that was all zeros.
		if (cycle == 0)
			return 1;
	}
	r = xfs_log_before(x, head, XFS_LOG_RECORD, &at, &rec, e);
	if (r <= 0)
		return r;
	behind = (at + xfs_log_headers(&rec) + xfs_log_body(&rec)) % xfs_log_blocks(x);
	return behind == head ? xfs_log_is_unmount(x, at, &rec, e) : 0;
}
