// SPDX-License-Identifier: GPL-2.0-or-later
// Writing qcow2 front to back in one go. All clusters in the order of the file:
//
//	header, L1 table, refcount table, refcount blocks, L2 tables, data
//
// How many there are of each follows from the map of used clusters, so every table can be written
// before the first byte of data is read. Tables are made a cluster at a time while they are
// written: memory does not grow with the disk. Every cluster of the file has a reference count of
// one. With compression it is all different: qcow2_packed.c. Not done: backing files.
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "image/qcow2_write.h"

#define MAX_DISK (1024 * TIB)

// The first used cluster of the disk under L2 table i, if there is one.
static bool under(const struct image_plan *p, uint64_t i, struct range *r)
{
	const struct qcow2_layout *l = p->state;
	uint64_t end = (i + 1) * l->span;

	if (!map_next(&p->used, i * l->span, MAP_DONE, r) || r->off >= end)
		return false;
	if (r->len > end - r->off)
		r->len = end - r->off;
	return true;
}

static int plan(struct image_plan *p, struct err *e)
{
	struct qcow2_layout *l;
	struct range r;
	uint64_t blocks;

	if (!p->disk_size || p->disk_size > MAX_DISK)
		return err_usage(e, "qcow2: a disk of %llu bytes is not possible",
				 (unsigned long long)p->disk_size);
	if (p->set.old && p->set.packing == PACK_ZSTD)
		return err_usage(e, "qcow2: --compat 0.10 knows --compress deflate only");
	p->state = l = mem_zero(1, sizeof *l);
	l->bits = p->set.packing == PACK_ZSTD ? QCOW2_ZSTD_BITS : QCOW2_BITS;
	l->cluster = (size_t)1 << l->bits;
	l->span = l->cluster / 8 * l->cluster;
	l->per_block = l->cluster / 2;
	p->granule = (uint32_t)l->cluster;
	image_plan_align(p);
	l->l1_entries = div_up(p->disk_size, l->span);
	l->l1 = div_up(l->l1_entries * 8, l->cluster);
	for (uint64_t i = 0; i < l->l1_entries; i++)
		l->l2 += under(p, i, &r);
	l->data = div_up(map_count(&p->used, MAP_DONE), l->cluster);
	// the counts count themselves too
	do {
		blocks = l->blocks;
		l->total = 1 + l->l1 + l->table + l->blocks + l->l2 + l->data;
		l->blocks = div_up(l->total, l->per_block);
		l->table = div_up(l->blocks * 8, l->cluster);
	} while (l->blocks != blocks ||
		 l->total != 1 + l->l1 + l->table + l->blocks + l->l2 + l->data);
	p->file_size = l->total * l->cluster;
	p->patches = p->set.packing != PACK_NONE;
	p->pack_max = p->patches ? l->cluster : 0;
	return 0;
}

static void release(struct image_plan *p)
{
	struct qcow2_layout *l = p->state;

	if (l)
		qcow2_packed_free(l->packed);
	free(l);
}

struct qcow2_header qcow2_header(const struct image_plan *p, uint64_t l1, uint64_t table,
				 uint64_t table_clusters)
{
	const struct qcow2_layout *l = p->state;
	struct qcow2_header h = {
		.magic = be32_put(QCOW2_MAGIC),
		.version = be32_put(p->set.old ? 2 : 3),
		.cluster_bits = be32_put(l->bits),
		.size = be64_put(div_up(p->disk_size, 512) * 512),
		.l1_size = be32_put((uint32_t)l->l1_entries),
		.l1_table_offset = be64_put(l1 * l->cluster),
		.refcount_table_offset = be64_put(table * l->cluster),
		.refcount_table_clusters = be32_put((uint32_t)table_clusters),
	};

	if (p->set.old)
		return h; // it ends here, with counts of 16 bits
	h.refcount_order = be32_put(4);
	h.header_length = be32_put(QCOW2_V3_LENGTH);
	if (p->set.packing == PACK_ZSTD) {
		h.incompatible_features = be64_put(QCOW2_COMPRESSION_TYPE);
		h.header_length = be32_put(sizeof h);
		h.compression_type = 1;
	}
	return h;
}

// A table of n entries; entry i points to the cluster first + rank, where rank counts the entries
// in use before it.
static int write_pointers(const struct image_plan *p, struct sink *s, uint64_t n, uint64_t first,
			  bool l1, struct err *e)
{
	size_t cluster = p->granule;
	be64 entry[512];
	struct range r;
	size_t fill = 0;

	for (uint64_t i = 0; i < n; i++) {
		uint64_t to = 0;

		if (!l1)
			to = first++ * cluster;
		else if (under(p, i, &r))
			to = first++ * cluster | QCOW2_COPIED;
		entry[fill++] = be64_put(to);
		if (fill == 512 || i + 1 == n) {
			if (sink_write(s, entry, fill * sizeof *entry, e))
				return -1;
			fill = 0;
		}
	}
	return sink_align(s, cluster, e);
}

static int write_refcounts(const struct qcow2_layout *l, struct sink *s, struct err *e)
{
	be16 count[4096];
	size_t n = sizeof count / sizeof *count;
	uint64_t left = l->total;

	for (uint64_t i = 0; i < l->blocks * l->per_block; i += n) {
		for (size_t k = 0; k < n; k++)
			count[k] = be16_put(k < left);
		if (sink_write(s, count, sizeof count, e))
			return -1;
		left -= left < n ? left : n;
	}
	return 0;
}

static int write_l2(const struct image_plan *p, const struct qcow2_layout *l, struct sink *s,
		    struct err *e)
{
	uint64_t next = l->total - l->data;
	be64 *table = mem_alloc(l->cluster);
	struct range r;
	int rc = 0;

	for (uint64_t i = 0; i < l->l1_entries && !rc; i++) {
		uint64_t end = (i + 1) * l->span;

		if (!under(p, i, &r))
			continue;
		memset(table, 0, l->cluster);
		do {
			uint64_t stop = r.len > end - r.off ? end : r.off + r.len;

			for (uint64_t off = r.off; off < stop; off += l->cluster)
				table[off % l->span / l->cluster] =
					be64_put(next++ * l->cluster | QCOW2_COPIED);
			r.off = stop;
		} while (map_next(&p->used, r.off, MAP_DONE, &r) && r.off < end);
		rc = sink_write(s, table, l->cluster, e);
	}
	free(table);
	return rc;
}

static int begin(struct image_plan *p, struct sink *s, struct err *e)
{
	const struct qcow2_layout *l = p->state;
	struct qcow2_header h = qcow2_header(p, 1, 1 + l->l1, l->table);
	uint64_t blocks_at = 1 + l->l1 + l->table;

	if (p->pack_max)
		return qcow2_packed_begin(p, s, e);
	if (sink_write(s, &h, sizeof h, e) || sink_align(s, l->cluster, e) ||
	    write_pointers(p, s, l->l1_entries, blocks_at + l->blocks, true, e) ||
	    write_pointers(p, s, l->blocks, blocks_at, false, e) || write_refcounts(l, s, e))
		return -1;
	return write_l2(p, l, s, e);
}

static int put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	if (off % p->granule || (p->pack_max && len > p->pack_max))
		return err_set(e, 0, "qcow2: %zu bytes at 0x%llx are no cluster", len,
			       (unsigned long long)off);
	if (p->pack_max)
		return qcow2_packed_put(p, s, off, data, len, e);
	if (sink_sparse(s, data, len, e))
		return -1;
	return sink_align(s, p->granule, e);
}

static int finish(struct image_plan *p, struct sink *s, struct err *e)
{
	if (p->pack_max)
		return qcow2_packed_finish(p, s, e);
	if (s->pos != p->file_size)
		return err_set(e, 0, "qcow2: %llu bytes were written, %llu planned",
			       (unsigned long long)s->pos, (unsigned long long)p->file_size);
	return 0;
}

const struct image_ops image_qcow2 = {
	.name = "qcow2",
	.suffix = "qcow2",
	.help = "QEMU, KVM, Proxmox, OpenStack",
	.granule = 1u << QCOW2_BITS,
	.packings = 1u << PACK_NONE | 1u << PACK_DEFLATE | 1u << PACK_ZSTD,
	.can_be_old = true,
	.plan = plan,
	.begin = begin,
	.put = put,
	.pack = qcow2_pack,
	.finish = finish,
	.release = release,
	.open = qcow2_open,
	.stored = qcow2_stored,
	.check = qcow2_check,
};
