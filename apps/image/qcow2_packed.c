// SPDX-License-Identifier: GPL-2.0-or-later
// Writing qcow2 with compressed clusters. How small they become nobody knows before, so the tables
// follow what they point to:
//
//	header, data with the L2 tables and refcount blocks that have become full, L1 table,
//	refcount table, last refcount blocks
//
// and the header, which is written last, is the only thing to go back for. Memory holds one L2
// table, one refcount block, the L1 and the refcount table.
//
// Compressed clusters follow each other without a gap, across clusters of the file. Whatever needs
// a whole cluster (data that does not become smaller, tables) would tear that: it waits until a
// compressed cluster would go over an edge anyway, or too much waits.
#include <stdlib.h>
#include <string.h>

#include "base/zero.h"
#include "image/qcow2_write.h"

#define WAITING 16 // clusters that wait at most; tables may come on top of that
#define SECTOR 512u

struct waiting {
	void *data;	// one cluster, ours
	be64 *entry;	// of the table that points to it
	uint64_t flags; // of the entry
};

// The cluster of the file that is being filled begins at sink.pos.
struct qcow2_packed {
	const struct qcow2_layout *l;
	size_t cluster;
	be64 *l1, *table;
	be64 *l2; // of the disk, the span-th
	uint64_t span;
	bool l2_used;
	be16 *counts; // of the file's clusters from block * per_block on
	uint64_t block;
	uint8_t *open; // the cluster being filled
	size_t fill;
	struct waiting waiting[WAITING + 4];
	unsigned n;
};

size_t qcow2_pack(const struct image_plan *p, struct packer *k, uint64_t off, const void *data,
		  void *out)
{
	size_t n;

	(void)off;
	if (is_zero(data, p->granule))
		return 0;
	n = packer_pack(k, data, p->granule, out, p->granule - SECTOR);
	if (n)
		return n;
	memcpy(out, data, p->granule);
	return p->granule;
}

static void wait_for_edge(struct qcow2_packed *w, void *data, be64 *entry, uint64_t flags)
{
	w->waiting[w->n++] = (struct waiting){ data, entry, flags };
}

// One more use of a cluster of the file. These come in order: when the counts of a later block
// begin, those before are final. A count cannot overflow: no packed cluster is smaller than 8
// bytes, so that less than 2^16 of them touch one.
static void count(struct qcow2_packed *w, uint64_t pos)
{
	uint64_t cluster = pos / w->cluster;
	be16 *c;

	if (cluster / w->l->per_block != w->block) {
		wait_for_edge(w, w->counts, &w->table[w->block], 0);
		w->counts = mem_zero(w->l->per_block, sizeof *w->counts);
		w->block = cluster / w->l->per_block;
	}
	c = &w->counts[cluster % w->l->per_block];
	*c = be16_put((uint16_t)(be16_get(*c) + 1));
}

static int put_cluster(struct qcow2_packed *w, struct sink *s, const void *data, be64 *entry,
		       uint64_t flags, struct err *e)
{
	*entry = be64_put(s->pos | flags);
	count(w, s->pos);
	return sink_write(s, data, w->cluster, e);
}

// Goes to the next edge and writes what waits for it, in order: a table comes after what it points
// to.
static int flush(struct qcow2_packed *w, struct sink *s, struct err *e)
{
	if (w->fill) {
		memset(w->open + w->fill, 0, w->cluster - w->fill);
		if (sink_write(s, w->open, w->cluster, e))
			return -1;
		w->fill = 0;
	}
	for (unsigned i = 0; i < w->n; i++) {
		struct waiting *x = &w->waiting[i];

		if (put_cluster(w, s, x->data, x->entry, x->flags, e))
			return -1;
		free(x->data);
		x->data = NULL;
	}
	w->n = 0;
	return 0;
}

static void begin_span(struct qcow2_packed *w, uint64_t span)
{
	if (w->l2_used) {
		wait_for_edge(w, w->l2, &w->l1[w->span], QCOW2_COPIED);
		w->l2 = mem_zero(1, w->cluster);
		w->l2_used = false;
	}
	w->span = span;
}

static int put_plain(struct qcow2_packed *w, struct sink *s, be64 *entry, const void *data,
		     struct err *e)
{
	void *copy;

	if (!w->fill && !w->n)
		return put_cluster(w, s, data, entry, QCOW2_COPIED, e);
	copy = mem_alloc(w->cluster);
	memcpy(copy, data, w->cluster);
	wait_for_edge(w, copy, entry, QCOW2_COPIED);
	return 0;
}

static int put_small(struct qcow2_packed *w, struct sink *s, be64 *entry, const uint8_t *data,
		     size_t len, struct err *e)
{
	uint64_t at, more;

	if (w->n && len > w->cluster - w->fill && flush(w, s, e))
		return -1;
	at = s->pos + w->fill;
	more = (at + len - 1) / SECTOR - at / SECTOR;
	*entry = be64_put(QCOW2_COMPRESSED | more << (62 - (w->l->bits - 8)) | at);
	while (len) {
		size_t n = len < w->cluster - w->fill ? len : w->cluster - w->fill;

		count(w, s->pos);
		memcpy(w->open + w->fill, data, n);
		w->fill += n;
		data += n;
		len -= n;
		if (w->fill < w->cluster)
			continue;
		if (sink_write(s, w->open, w->cluster, e))
			return -1;
		w->fill = 0;
	}
	return 0;
}

int qcow2_packed_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data,
		     size_t len, struct err *e)
{
	struct qcow2_packed *w = ((struct qcow2_layout *)p->state)->packed;
	be64 *entry;
	int rc;

	if (!len)
		return 0;
	if (off / w->l->span != w->span)
		begin_span(w, off / w->l->span);
	w->l2_used = true;
	entry = &w->l2[off % w->l->span / w->cluster];
	rc = len == w->cluster ? put_plain(w, s, entry, data, e)
			       : put_small(w, s, entry, data, len, e);
	return rc || w->n < WAITING ? rc : flush(w, s, e);
}

int qcow2_packed_begin(struct image_plan *p, struct sink *s, struct err *e)
{
	struct qcow2_layout *l = p->state;
	struct qcow2_packed *w = l->packed = mem_zero(1, sizeof *w);

	w->l = l;
	w->cluster = l->cluster;
	w->l1 = mem_zero(l->l1, l->cluster);
	w->table = mem_zero(l->table, l->cluster);
	w->l2 = mem_zero(1, l->cluster);
	w->counts = mem_zero(w->l->per_block, sizeof *w->counts);
	w->open = mem_alloc(l->cluster);
	count(w, 0);
	return sink_skip(s, l->cluster, e); // until the header is known this is no qcow2 file
}

// The blocks that are not full, and the counts of what stands at the end of the file: [at, end).
static int write_last_blocks(struct qcow2_packed *w, struct sink *s, uint64_t at, uint64_t end,
			     struct err *e)
{
	for (uint64_t b = w->block; b * w->l->per_block < end; b++) {
		uint64_t stop = (b + 1) * w->l->per_block < end ? (b + 1) * w->l->per_block : end;

		for (; at < stop; at++)
			w->counts[at % w->l->per_block] = be16_put(1);
		if (sink_write(s, w->counts, w->cluster, e))
			return -1;
		memset(w->counts, 0, w->cluster);
	}
	return 0;
}

int qcow2_packed_finish(struct image_plan *p, struct sink *s, struct err *e)
{
	struct qcow2_layout *l = p->state;
	struct qcow2_packed *w = l->packed;
	struct qcow2_header h;
	uint64_t at, table, blocks = 0, last, end;

	begin_span(w, 0);
	if (flush(w, s, e))
		return -1;
	at = s->pos / l->cluster;
	do {
		last = blocks;
		table = div_up((w->block + blocks) * 8, l->cluster);
		end = at + l->l1 + table + blocks;
		blocks = div_up(end, w->l->per_block) - w->block;
	} while (blocks != last);
	for (uint64_t i = 0; i < blocks; i++)
		w->table[w->block + i] = be64_put((end - blocks + i) * l->cluster);
	h = qcow2_header(p, at, at + l->l1, table);
	if (sink_write(s, w->l1, l->l1 * l->cluster, e) ||
	    sink_write(s, w->table, table * l->cluster, e) || write_last_blocks(w, s, at, end, e))
		return -1;
	return sink_patch(s, 0, &h, sizeof h, e);
}

void qcow2_packed_free(struct qcow2_packed *w)
{
	if (!w)
		return;
	for (unsigned i = 0; i < w->n; i++)
		free(w->waiting[i].data);
	free(w->l1);
	free(w->table);
	free(w->l2);
	free(w->counts);
	free(w->open);
	free(w);
}
