// SPDX-License-Identifier: GPL-2.0-or-later
// Is a qcow2 file whole? Every cluster that some table names is marked in a bitmap; one that is
// named twice is an error, and so is a reference count that does not agree with the bitmap.
// Compressed clusters are unpacked: only so it is known where they end and that they are sound. The
// bytes they take are a map, which stays small because they mostly follow each other.
#include "image/qcow2.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CLUSTERS (1ull << 32) // of the file: 512 MiB of bitmap
#define MAX_COUNTED (1ull << 28)  // of a file with compressed ones: 512 MiB of counts
#define MAX_GAPS (1u << 16)	  // between compressed clusters

struct check {
	struct qcow2 q;
	uint8_t *seen;	   // one bit a cluster of the file
	uint64_t clusters; // of the file
	uint64_t leaks;	   // counted but not used
	be64 *l2;
	uint8_t *block;
	struct qcow2_unpack unpack;
	uint8_t *unpacked;
	struct map packed; // bytes of the file that compressed clusters take
	uint16_t *counts;  // how many of them touch each cluster of the file
};

static bool is_seen(const struct check *c, uint64_t i)
{
	return c->seen[i / 8] >> i % 8 & 1;
}

static int taken(const struct check *c, const char *what, uint64_t off, struct err *e)
{
	return err_set(e, 0, "%s: qcow2: %s at 0x%llx lies where something else lies",
		       c->q.file->name, what, (unsigned long long)off);
}

// Marks n clusters from the byte `off` of the file.
static int mark(struct check *c, uint64_t off, uint64_t n, const char *what, struct err *e)
{
	const char *name = c->q.file->name;
	uint64_t first = off >> c->q.cluster_bits;

	if (off % c->q.cluster || first > c->clusters || n > c->clusters - first)
		return err_set(e, 0, "%s: qcow2: %s at 0x%llx does not lie inside the file", name,
			       what, (unsigned long long)off);
	for (uint64_t i = first; i < first + n; i++) {
		if (is_seen(c, i) || (c->counts && c->counts[i]))
			return taken(c, what, i << c->q.cluster_bits, e);
		c->seen[i / 8] = (uint8_t)(c->seen[i / 8] | 1u << i % 8);
	}
	return 0;
}

static int not_copied(const struct check *c, const char *what, uint64_t off, struct err *e)
{
	return err_set(e, 0, "%s: qcow2: %s at 0x%llx lacks the flag that it is used once",
		       c->q.file->name, what, (unsigned long long)off);
}

static int begin_packed(struct check *c, struct err *e)
{
	const char *name = c->q.file->name;

	if (c->clusters > MAX_COUNTED)
		return err_set(e, 0, "%s: qcow2: %llu clusters are too many to check", name,
			       (unsigned long long)c->clusters);
	c->counts = calloc(c->clusters + 1, sizeof *c->counts);
	if (!c->counts)
		return err_set(e, ENOMEM, "%s: check", name);
	map_init(&c->packed, c->q.file->size, MAP_TODO);
	c->unpacked = mem_alloc(c->q.cluster);
	return 0;
}

// A compressed cluster may share clusters of the file with others of its kind, but no byte.
static int check_packed(struct check *c, uint64_t entry, struct err *e)
{
	uint64_t off;
	size_t len, used;
	struct range r;

	if (!c->counts && begin_packed(c, e))
		return -1;
	if (qcow2_unpack(&c->unpack, entry, c->unpacked, &used, e))
		return -1;
	qcow2_packed_at(&c->q, entry, &off, &len);
	if (map_next(&c->packed, off, MAP_DONE, &r) && r.off < off + used)
		return taken(c, "compressed data", off, e);
	if (c->packed.n < MAX_GAPS)
		map_set(&c->packed, off, used, MAP_DONE);
	for (uint64_t i = off >> c->q.cluster_bits; i <= (off + len - 1) >> c->q.cluster_bits;
	     i++) {
		if (is_seen(c, i))
			return taken(c, "compressed data", off, e);
		if (c->counts[i] < UINT16_MAX)
			c->counts[i]++;
	}
	return 0;
}

static int check_l2(struct check *c, uint64_t off, struct err *e)
{
	if (mark(c, off, 1, "an L2 table", e) || src_read(c->q.file, off, c->l2, c->q.cluster, e))
		return -1;
	for (uint64_t i = 0; i < c->q.cluster / 8; i++) {
		uint64_t entry = be64_get(c->l2[i]), at = entry & QCOW2_OFFSET;

		if (entry & QCOW2_COMPRESSED && check_packed(c, entry, e))
			return -1;
		if (entry & QCOW2_COMPRESSED || !at)
			continue;
		if (mark(c, at, 1, "data", e))
			return -1;
		if (!(entry & QCOW2_COPIED))
			return not_copied(c, "data", at, e);
	}
	return 0;
}

static int check_l1(struct check *c, struct err *e)
{
	for (uint32_t i = 0; i < c->q.l1_entries; i++) {
		be64 entry;

		if (src_read(c->q.file, c->q.l1_off + i * 8ull, &entry, sizeof entry, e))
			return -1;
		uint64_t off = be64_get(entry) & QCOW2_OFFSET;

		if (!off)
			continue;
		if (check_l2(c, off, e))
			return -1;
		if (!(be64_get(entry) & QCOW2_COPIED))
			return not_copied(c, "an L2 table", off, e);
	}
	return 0;
}

// Count number i of a block; counts of less than a byte begin at its lowest bit.
static uint64_t refcount(const struct check *c, uint64_t i)
{
	unsigned order = c->q.refcount_order;
	uint64_t count = 0;

	if (order < 3) {
		uint64_t bit = i << order;

		return c->block[bit / 8] >> bit % 8 & ((1u << (1u << order)) - 1);
	}
	for (unsigned k = 0; k < 1u << (order - 3); k++)
		count = count << 8 | c->block[(i << (order - 3)) + k];
	return count;
}

static int check_block(struct check *c, uint64_t number, uint64_t off, struct err *e)
{
	uint64_t per_block = c->q.cluster * 8 >> c->q.refcount_order, first = number * per_block;

	if (off && src_read(c->q.file, off, c->block, c->q.cluster, e))
		return -1;
	if (!off)
		memset(c->block, 0, c->q.cluster);
	for (uint64_t i = 0; i < per_block && first + i < c->clusters; i++) {
		uint64_t want = is_seen(c, first + i), count = refcount(c, i);

		if (!want && c->counts)
			want = c->counts[first + i];

		if (!want && count)
			c->leaks++;
		else if (want != count)
			return err_set(e, 0,
				       "%s: qcow2: cluster at 0x%llx is used %llu times, its count "
				       "is %llu",
				       c->q.file->name,
				       (unsigned long long)((first + i) << c->q.cluster_bits),
				       (unsigned long long)want, (unsigned long long)count);
	}
	return 0;
}

// The table twice: its blocks are clusters of the file themselves and must be marked before counts
// are compared.
static int check_refcounts(struct check *c, struct err *e)
{
	uint64_t entries = c->q.table_clusters * c->q.cluster / 8;
	uint64_t per_block = c->q.cluster * 8 >> c->q.refcount_order;
	be64 entry;

	for (int pass = 0; pass < 2; pass++) {
		for (uint64_t i = 0; i < entries; i++) {
			if (src_read(c->q.file, c->q.table_off + i * 8, &entry, sizeof entry, e))
				return -1;
			uint64_t off = be64_get(entry) & QCOW2_OFFSET;

			if (!pass && off && mark(c, off, 1, "a refcount block", e))
				return -1;
			if (pass && i * per_block < c->clusters && check_block(c, i, off, e))
				return -1;
		}
	}
	if (c->clusters > entries * per_block)
		return err_set(e, 0, "%s: qcow2: the refcount table ends before the file",
			       c->q.file->name);
	return 0;
}

static int check_all(struct check *c, struct buf *notes, struct err *e)
{
	const struct qcow2 *q = &c->q;

	if (mark(c, 0, 1, "the header", e) ||
	    mark(c, q->l1_off, (q->l1_entries * 8ull + q->cluster - 1) >> q->cluster_bits,
		 "the L1 table", e) ||
	    mark(c, q->table_off, q->table_clusters, "the refcount table", e) || check_l1(c, e))
		return -1;
	if (q->snapshots) {
		buf_printf(notes,
			   "%s: qcow2: has internal snapshots: the reference counts were not "
			   "checked\n",
			   q->file->name);
		return 0;
	}
	if (check_refcounts(c, e))
		return -1;
	if (c->packed.n >= MAX_GAPS)
		buf_printf(
			notes,
			"%s: qcow2: compressed data lies about in too many pieces to see whether "
			"all of them are apart\n",
			q->file->name);
	if (c->leaks)
		buf_printf(notes, "%s: qcow2: %llu clusters are reserved but not used (harmless)\n",
			   q->file->name, (unsigned long long)c->leaks);
	return 0;
}

int qcow2_check(struct src *file, struct buf *notes, struct err *e)
{
	struct check c = { 0 };
	int rc = qcow2_read_header(&c.q, file, e);

	if (rc <= 0)
		return rc ? -1 : err_set(e, 0, "%s: is no qcow2 file", file->name);
	c.clusters = (file->size + c.q.cluster - 1) >> c.q.cluster_bits;
	if (c.clusters > MAX_CLUSTERS)
		return err_set(e, 0, "%s: qcow2: %llu clusters are too many to check", file->name,
			       (unsigned long long)c.clusters);
	c.seen = calloc(c.clusters / 8 + 1, 1);
	c.l2 = mem_alloc(c.q.cluster);
	c.block = mem_alloc(c.q.cluster);
	c.unpack.q = &c.q;
	rc = c.seen ? check_all(&c, notes, e) : err_set(e, ENOMEM, "%s: check", file->name);
	free(c.seen);
	free(c.l2);
	free(c.block);
	qcow2_unpack_free(&c.unpack);
	free(c.unpacked);
	free(c.counts);
	map_free(&c.packed);
	return rc;
}
