// SPDX-License-Identifier: GPL-2.0-or-later
// Which allocation groups a log that must be replayed changes the free space of.
//
// Whoever takes or gives back blocks of a group changes the count in its header (AGF), in the same
// transaction as its trees. So a group whose header is named nowhere in the part of the log that
// replay reads has the trees on disk that it will have afterwards. Names too many do no harm: what
// looks like a change of a header counts as one. Whatever cannot be followed ends this with an
// error, and everything is used.
#include <stdlib.h>
#include <string.h>

#include "fsmap/xfs_log.h"

struct operation {
	be32 transaction;
	be32 len; // bytes that follow
	uint8_t client, flags;
	uint8_t pad[2];
};
_Static_assert(sizeof(struct operation) == 12, "XFS log operation");
enum { CONTINUES = 4 };

// The first region of a change to a buffer; little-endian where the writer was.
struct buffer_change {
	le16 type; // 123c
	le16 regions, flags, len;
	le64 place; // in units of 512 bytes
};
_Static_assert(sizeof(struct buffer_change) == 16, "XFS buffer log format");
enum { BUFFER = 0x123c };

// Records that may be on their way to the disk at the same time; the kernel drops those of the last
// ones that did not arrive whole, and so may go back to an earlier tail. Not behind an unmount.
enum { IN_FLIGHT = 8 };

static int lost(uint64_t at, const char *what, struct err *e)
{
	return err_set(e, 0, "log block %llu: %s", (unsigned long long)at, what);
}

static void touch(const struct xfs *x, uint64_t place, uint8_t *touched)
{
	uint64_t size = (uint64_t)x->group_blocks * x->block / 512, group = place / size;

	if (group < x->groups && place % size < 4 * x->sector / 512)
		touched[group] = 1;
}

// The operations of a record, whose blocks have their first words again.
static int read_operations(const struct xfs *x, uint64_t at, struct view body, uint32_t count,
			   uint8_t *touched, struct err *e)
{
	uint64_t off = 0;

	for (uint32_t n = 0; n < count; n++) {
		const struct operation *o = view_at(body, off, sizeof(*o));
		const struct buffer_change *b = view_at(body, off + sizeof(*o), sizeof(*b));
		uint32_t len = o ? be32_get(o->len) : 0;
		const le16 *type = view_at(body, off + sizeof(*o), sizeof(*type));

		if (!o || !view_at(body, off + sizeof(*o), len))
			return lost(at, "an operation outside of its record", e);
		off += sizeof(*o) + len;
		if (len < sizeof(*type) || le16_get(*type) != BUFFER)
			continue;
		if (len >= sizeof(*b))
			touch(x, le64_get(b->place), touched);
		else if (o->flags & CONTINUES)
			return lost(at, "a change that is cut in two", e);
	}
	return 0;
}

// Reads what is behind the headers of the record at a block and puts the first words back.
static int read_body(const struct xfs *x, uint64_t at, const struct xfs_record *r, uint8_t *body,
		     struct err *e)
{
	uint64_t blocks = xfs_log_blocks(x), headers = xfs_log_headers(r);
	uint8_t p[XFS_LOG_BLOCK];

	for (uint64_t n = 0; n < xfs_log_body(r); n++) {
		uint64_t header = n / XFS_LOG_WORDS;
		// The first header is a record's; the words of the others are behind the cycle.
		size_t words = header == 0 ? offsetof(struct xfs_record, first_words) : 4;

		if (header >= headers)
			return lost(at, "too few headers", e);
		if (n % XFS_LOG_WORDS == 0 && xfs_log_read(x, (at + header) % blocks, p, e) < 0)
			return -1;
		if (xfs_log_read(x, (at + headers + n) % blocks, body + n * XFS_LOG_BLOCK, e) < 0)
			return -1;
		memcpy(body + n * XFS_LOG_BLOCK, p + words + n % XFS_LOG_WORDS * 4, 4);
	}
	return 0;
}

// All records from the tail to the head.
static int read_records(const struct xfs *x, uint64_t tail, uint64_t head, uint8_t *touched,
			struct err *e)
{
	uint64_t blocks = xfs_log_blocks(x), left = (head + blocks - tail) % blocks;
	uint8_t *body = mem_alloc((size_t)XFS_LOG_RECORD * XFS_LOG_BLOCK);
	int rc = 0;

	if (left == 0)
		left = blocks;
	for (uint64_t at = tail; left > 0 && rc == 0;) {
		uint8_t p[XFS_LOG_BLOCK];
		struct xfs_record r;

		rc = xfs_log_read(x, at, p, e);
		if (rc < 0)
			break;
		memcpy(&r, p, sizeof(r));
		uint64_t len = xfs_log_headers(&r) + xfs_log_body(&r);

		if (be32_get(r.magic) != XFS_LOG_MAGIC || be32_get(r.format) != 1 ||
		    xfs_log_headers(&r) > XFS_LOG_HEADERS || len > XFS_LOG_RECORD || len > left)
			rc = lost(at, "no record of a kind that is known here", e);
		else
			rc = read_body(x, at, &r, body, e);
		if (rc == 0)
			rc = read_operations(x, at, view_of(body, be32_get(r.len)),
					     be32_get(r.operations), touched, e);
		at = (at + len) % blocks;
		left -= len < left ? len : left;
	}
	free(body);
	return rc;
}

int xfs_log_groups(const struct xfs *x, uint8_t *touched, struct err *e)
{
	uint64_t head, at, tail = UINT64_MAX;
	struct xfs_record r;
	int rc = xfs_log_head(x, &head, e);

	if (rc < 0)
		return -1;
	if (rc == 0 || x->strange_log)
		return err_set(e, 0, rc ? "of a kind that is not known here" : "it makes no sense");
	at = head;
	// One more than can be lost.
	for (int n = 0; n <= IN_FLIGHT && tail != at; n++) {
		rc = xfs_log_before(x, at, XFS_LOG_RECORD, &at, &r, e);
		if (rc <= 0)
			return rc < 0 ? -1 : lost(at, "no record", e);
		rc = xfs_log_is_unmount(x, at, &r, e);
		if (rc < 0)
			return -1;
		tail = rc > 0 ? at : be64_get(r.tail) & UINT32_MAX;
	}
	return tail < xfs_log_blocks(x) ? read_records(x, tail, head, touched, e)
					: lost(at, "the oldest record is outside of the log", e);
}
