// SPDX-License-Identifier: GPL-2.0-or-later
// Reading qcow2: the guest's bytes as a source. One L2 table is kept, and the compressed cluster
// that was read in part.
#include <stdlib.h>
#include <string.h>

#include "image/qcow2.h"

struct guest {
	struct src src;
	struct qcow2 q;
	be64 *l2;	    // the table kept, one cluster
	uint64_t l2_number; // which; UINT64_MAX none
	bool l2_absent;	    // it is not allocated: all zeros
	struct qcow2_unpack unpack;
	uint8_t *kept;	      // a cluster, unpacked
	uint64_t kept_number; // of the guest's disk; UINT64_MAX none
};

static int load_l2(struct guest *g, uint64_t number, struct err *e)
{
	struct qcow2 *q = &g->q;
	uint64_t off;
	be64 entry;

	if (number == g->l2_number)
		return 0;
	g->l2_number = UINT64_MAX;
	if (src_read(q->file, q->l1_off + number * 8, &entry, sizeof entry, e))
		return -1;
	off = be64_get(entry) & QCOW2_OFFSET;
	g->l2_absent = !off;
	if (off && !qcow2_inside(q, off, q->cluster))
		return err_set(e, 0,
			       "%s: qcow2: L2 table %llu at 0x%llx does not lie inside the file",
			       q->file->name, (unsigned long long)number, (unsigned long long)off);
	if (off && src_read(q->file, off, g->l2, q->cluster, e))
		return -1;
	g->l2_number = number;
	return 0;
}

// Entry i of the L2 table that is loaded; 0 where it says zeros.
static uint64_t entry_at(const struct guest *g, uint64_t i)
{
	uint64_t entry = g->l2_absent ? 0 : be64_get(g->l2[i]);

	if (!(entry & QCOW2_COMPRESSED) && (entry & QCOW2_ZERO || !(entry & QCOW2_OFFSET)))
		return 0;
	return entry;
}

// The L2 entry of a cluster of the guest's disk.
static int find_entry(struct guest *g, uint64_t number, uint64_t *entry, struct err *e)
{
	uint64_t per_l2 = g->q.cluster / 8;

	if (load_l2(g, number / per_l2, e))
		return -1;
	*entry = entry_at(g, number % per_l2);
	return 0;
}

// [at, at + n) of the file; the last cluster may be cut where the file ends.
static int read_data(const struct qcow2 *q, uint64_t at, uint8_t *p, size_t n, struct err *e)
{
	size_t have = at >= q->file->size      ? 0
		      : q->file->size - at < n ? (size_t)(q->file->size - at)
					       : n;

	memset(p + have, 0, n - have);
	return have ? src_read(q->file, at, p, have, e) : 0;
}

// From the guest's byte off, as far as plain clusters follow each other in the file: at most *n,
// which becomes how many it were.
static int read_plain(struct guest *g, uint64_t off, uint64_t entry, uint8_t *p, size_t *n,
		      struct err *e)
{
	const struct qcow2 *q = &g->q;
	uint64_t at = entry & QCOW2_OFFSET, within = off % q->cluster, next;
	size_t len = (size_t)(q->cluster - within);

	if (at % q->cluster || at >= q->file->size)
		return err_set(e, 0,
			       "%s: qcow2: data of 0x%llx at 0x%llx does not lie inside the file",
			       q->file->name, (unsigned long long)off, (unsigned long long)at);
	while (len < *n) {
		if (find_entry(g, (off + len) >> q->cluster_bits, &next, e))
			return -1;
		if (next & QCOW2_COMPRESSED || (next & QCOW2_OFFSET) != at + within + len)
			break;
		len += (size_t)q->cluster;
	}
	if (len < *n)
		*n = len;
	return read_data(q, at + within, p, *n, e);
}

// At most the rest of one cluster. A whole one goes straight to where it is wanted.
static int read_packed(struct guest *g, uint64_t off, uint64_t entry, uint8_t *p, size_t *n,
		       struct err *e)
{
	uint64_t cluster = g->q.cluster, number = off / cluster, within = off % cluster;

	if (*n > cluster - within)
		*n = (size_t)(cluster - within);
	if (*n == cluster && number != g->kept_number)
		return qcow2_unpack(&g->unpack, entry, p, NULL, e);
	if (number != g->kept_number) {
		g->kept_number = UINT64_MAX;
		if (!g->kept)
			g->kept = mem_alloc(cluster);
		if (qcow2_unpack(&g->unpack, entry, g->kept, NULL, e))
			return -1;
		g->kept_number = number;
	}
	memcpy(p, g->kept + within, *n);
	return 0;
}

static int guest_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint64_t cluster = g->q.cluster, entry;
	uint8_t *to = p;

	while (n) {
		size_t len = n;
		int rc = 0;

		if (find_entry(g, off / cluster, &entry, e))
			return -1;
		if (!entry) {
			if (len > cluster - off % cluster)
				len = (size_t)(cluster - off % cluster);
			memset(to, 0, len);
		} else if (entry & QCOW2_COMPRESSED) {
			rc = read_packed(g, off, entry, to, &len, e);
		} else {
			rc = read_plain(g, off, entry, to, &len, e);
		}
		if (rc)
			return -1;
		off += len;
		to += len;
		n -= len;
	}
	return 0;
}

// Of the L2 table that is loaded.
static void add_stored(const struct guest *g, struct map *m)
{
	uint64_t cluster = g->q.cluster, per_l2 = cluster / 8;
	uint64_t base = g->l2_number * per_l2 * cluster;

	for (uint64_t i = 0; i < per_l2; i++) {
		uint64_t from = i;

		while (i < per_l2 && entry_at(g, i))
			i++;
		map_set(m, base + from * cluster, (i - from) * cluster, MAP_DONE);
	}
}

int qcow2_stored(struct src *guest, struct map *m, struct err *e)
{
	struct guest *g = (struct guest *)guest;
	uint64_t span = g->q.cluster * (g->q.cluster / 8);

	for (uint64_t number = 0; number * span < g->q.size; number++) {
		if (load_l2(g, number, e))
			return -1;
		if (!g->l2_absent)
			add_stored(g, m);
	}
	return 0;
}

static void guest_close(struct src *s)
{
	struct guest *g = (struct guest *)s;

	qcow2_unpack_free(&g->unpack);
	free(g->kept);
	free(g->l2);
	free(g);
}

int qcow2_open(struct src *file, struct src **out, struct err *e)
{
	static const struct src_ops ops = { guest_read, guest_close };
	struct guest *g;
	struct qcow2 q;
	int rc = qcow2_read_header(&q, file, e);

	if (rc <= 0)
		return rc;
	g = mem_zero(1, sizeof *g);
	g->src.ops = &ops;
	g->src.size = q.size;
	g->src.sector = 512;
	str_copy(g->src.name, sizeof g->src.name, file->name);
	g->q = q;
	g->l2 = mem_alloc(q.cluster);
	g->l2_number = g->kept_number = UINT64_MAX;
	g->unpack.q = &g->q;
	*out = &g->src;
	return 1;
}
