// SPDX-License-Identifier: GPL-2.0-or-later
// Is a qcow2 file whole? Every cluster that some table names is marked in a bitmap; one that is
// named twice is an error, and so is a reference count that does not agree with the bitmap.
#include "image/qcow2.h"

#include <stdlib.h>
#include <string.h>

#define MAX_CLUSTERS (1ull << 32) // of the file: 512 MiB of bitmap

struct check {
	struct qcow2 q;
	uint8_t *seen;	   // one bit a cluster of the file
	uint64_t clusters; // of the file
	uint64_t leaks;	   // counted but not used
	be64 *l2;
	uint8_t *block;
};

static bool is_seen(const struct check *c, uint64_t i)
{
	return c->seen[i / 8] >> i % 8 & 1;
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
		if (is_seen(c, i))
			return err_set(e, 0,
				       "%s: qcow2: %s at 0x%llx lies where something else lies",
				       name, what, (unsigned long long)(i << c->q.cluster_bits));
		c->seen[i / 8] = (uint8_t)(c->seen[i / 8] | 1u << i % 8);
	}
	return 0;
}

static int not_copied(const struct check *c, const char *what, uint64_t off, struct err *e)
{
	return err_set(e, 0, "%s: qcow2: %s at 0x%llx lacks the flag that it is used once",
		       c->q.file->name, what, (unsigned long long)off);
}

static int check_l2(struct check *c, uint64_t off, struct err *e)
{
	if (mark(c, off, 1, "an L2 table", e) || src_read(c->q.file, off, c->l2, c->q.cluster, e))
		return -1;
	for (uint64_t i = 0; i < c->q.cluster / 8; i++) {
		uint64_t entry = be64_get(c->l2[i]), at = entry & QCOW2_OFFSET;

		if (entry & QCOW2_COMPRESSED)
			return err_set(e, 0,
				       "%s: qcow2: compressed clusters cannot be checked here: "
				       "qemu-img check can",
				       c->q.file->name);
		if (!at)
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

		if (!want && count)
			c->leaks++;
		else if (want != count)
			return err_set(
				e, 0,
				"%s: qcow2: cluster at 0x%llx is used once, its count is %llu",
				c->q.file->name,
				(unsigned long long)((first + i) << c->q.cluster_bits),
				(unsigned long long)count);
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
	rc = c.seen ? check_all(&c, notes, e) : err_set(e, ENOMEM, "%s: check", file->name);
	free(c.seen);
	free(c.l2);
	free(c.block);
	return rc;
}
