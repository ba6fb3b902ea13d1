// SPDX-License-Identifier: GPL-2.0-or-later
// Reading qcow2: the guest's bytes as a source. One L2 table is kept. Internal snapshots are not
// looked at; refused are encryption, backing files, external data files, subclusters, and
// compressed clusters where they are met.
#include "image/qcow2.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"

#define MAX_L1 (4u << 20)     // entries: 32 MiB, QEMU's own limit
#define MAX_TABLE (8 * MIB)   // bytes of refcount table, likewise
#define MAX_DISK (1ull << 56) // bytes

#define FEATURE_DIRTY 1ull // refcounts may be wrong; the data is right
#define FEATURE_CORRUPT 2ull
#define FEATURE_DATA_FILE 4ull
#define FEATURE_COMPRESSION 8ull // of which kind, should there be any
#define FEATURE_SUBCLUSTERS 16ull

static int check_features(const struct qcow2_header *h, const char *name, struct err *e)
{
	uint64_t f = be32_get(h->version) == 3 ? be64_get(h->incompatible_features) : 0;

	if (be32_get(h->crypt_method))
		return err_set(e, 0, "%s: qcow2: is encrypted", name);
	if (be64_get(h->backing_file_offset))
		return err_set(
			e, 0, "%s: qcow2: has a backing file: merge it with qemu-img convert first",
			name);
	if (f & FEATURE_CORRUPT)
		return err_set(e, 0, "%s: qcow2: is marked corrupt", name);
	if (f & FEATURE_DATA_FILE)
		return err_set(e, 0, "%s: qcow2: keeps its data in another file", name);
	if (f & ~(FEATURE_DIRTY | FEATURE_COMPRESSION))
		return err_set(e, 0, "%s: qcow2: has features that cannot be read here (0x%llx)",
			       name, (unsigned long long)f);
	return 0;
}

// Is [off, off + len) a stretch of the file that begins with a cluster?
static bool inside(const struct qcow2 *q, uint64_t off, uint64_t len)
{
	return off % q->cluster == 0 && off <= q->file->size && len <= q->file->size - off;
}

static int check_tables(const struct qcow2 *q, struct err *e)
{
	const char *name = q->file->name;
	uint64_t span = q->cluster * (q->cluster / 8);
	uint64_t need = q->size / span + (q->size % span != 0);

	if (!q->size || q->size > MAX_DISK || q->size % 512)
		return err_set(e, 0, "%s: qcow2: impossible disk size %llu", name,
			       (unsigned long long)q->size);
	if (q->l1_entries > MAX_L1 || q->l1_entries < need)
		return err_set(e, 0, "%s: qcow2: L1 table has %u entries, %llu are needed", name,
			       q->l1_entries, (unsigned long long)need);
	if (!inside(q, q->l1_off, q->l1_entries * 8ull))
		return err_set(e, 0, "%s: qcow2: L1 table at 0x%llx does not lie inside the file",
			       name, (unsigned long long)q->l1_off);
	if (q->table_clusters * q->cluster > MAX_TABLE ||
	    !inside(q, q->table_off, q->table_clusters * q->cluster))
		return err_set(e, 0,
			       "%s: qcow2: refcount table at 0x%llx (%u clusters) does not lie "
			       "inside the file",
			       name, (unsigned long long)q->table_off, q->table_clusters);
	return 0;
}

int qcow2_read_header(struct qcow2 *q, struct src *file, struct err *e)
{
	struct qcow2_header h = { 0 };
	size_t n = file->size < sizeof h ? (size_t)file->size : sizeof h;
	uint32_t version, bits;

	*q = (struct qcow2){ .file = file };
	if (n < sizeof h.magic)
		return 0;
	if (src_read(file, 0, &h, n, e))
		return -1;
	if (be32_get(h.magic) != QCOW2_MAGIC)
		return 0;
	version = be32_get(h.version);
	bits = be32_get(h.cluster_bits);
	if (version != 2 && version != 3)
		return err_set(e, 0, "%s: qcow2: version %u is not known", file->name, version);
	if (n < (version == 3 ? QCOW2_V3_LENGTH : QCOW2_V2_LENGTH) || bits < 9 || bits > 21)
		return err_set(e, 0, "%s: qcow2: damaged header (clusters of 2^%u bytes)",
			       file->name, bits);
	if (check_features(&h, file->name, e))
		return -1;
	q->cluster_bits = bits;
	q->cluster = 1ull << bits;
	q->size = be64_get(h.size);
	q->l1_off = be64_get(h.l1_table_offset);
	q->l1_entries = be32_get(h.l1_size);
	q->table_off = be64_get(h.refcount_table_offset);
	q->table_clusters = be32_get(h.refcount_table_clusters);
	q->refcount_order = version == 3 ? be32_get(h.refcount_order) : 4;
	q->snapshots = be32_get(h.nb_snapshots);
	if (q->refcount_order > 6)
		return err_set(e, 0, "%s: qcow2: reference counts of 2^%u bits", file->name,
			       q->refcount_order);
	return check_tables(q, e) ? -1 : 1;
}

struct guest {
	struct src src;
	struct qcow2 q;
	be64 *l2;	    // the table kept, one cluster
	uint64_t l2_number; // which; UINT64_MAX none
	bool l2_absent;	    // it is not allocated: all zeros
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
	if (off && !inside(q, off, q->cluster))
		return err_set(e, 0,
			       "%s: qcow2: L2 table %llu at 0x%llx does not lie inside the file",
			       q->file->name, (unsigned long long)number, (unsigned long long)off);
	if (off && src_read(q->file, off, g->l2, q->cluster, e))
		return -1;
	g->l2_number = number;
	return 0;
}

// Where the cluster that holds the guest's byte `off` lies in the file; 0: it is zeros.
static int find_cluster(struct guest *g, uint64_t off, uint64_t *at, struct err *e)
{
	struct qcow2 *q = &g->q;
	uint64_t number = off >> q->cluster_bits, per_l2 = q->cluster / 8, entry;

	*at = 0;
	if (load_l2(g, number / per_l2, e))
		return -1;
	if (g->l2_absent)
		return 0;
	entry = be64_get(g->l2[number % per_l2]);
	if (entry & QCOW2_COMPRESSED)
		return err_set(e, 0,
			       "%s: qcow2: compressed clusters cannot be read here: unpack with "
			       "qemu-img convert first",
			       q->file->name);
	if (entry & QCOW2_ZERO)
		return 0;
	*at = entry & QCOW2_OFFSET;
	if (*at % q->cluster || *at >= q->file->size)
		return err_set(e, 0,
			       "%s: qcow2: data of 0x%llx at 0x%llx does not lie inside the file",
			       q->file->name, (unsigned long long)off, (unsigned long long)*at);
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

static int guest_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint64_t cluster = g->q.cluster, at, next;
	uint8_t *to = p;

	while (n) {
		size_t len = (size_t)(cluster - off % cluster);

		if (find_cluster(g, off, &at, e))
			return -1;
		// as far as the clusters follow each other in the file
		while (at && len < n) {
			if (find_cluster(g, off + len, &next, e))
				return -1;
			if (next != at + off % cluster + len)
				break;
			len += (size_t)cluster;
		}
		if (len > n)
			len = n;
		if (!at)
			memset(to, 0, len);
		else if (read_data(&g->q, at + off % cluster, to, len, e))
			return -1;
		off += len;
		to += len;
		n -= len;
	}
	return 0;
}

static void guest_close(struct src *s)
{
	free(((struct guest *)s)->l2);
	free(s);
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
	g->l2_number = UINT64_MAX;
	*out = &g->src;
	return 1;
}
