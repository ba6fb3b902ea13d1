// SPDX-License-Identifier: GPL-2.0-or-later
// The header of a qcow2 file. Internal snapshots are not looked at; refused are encryption, backing
// files, external data files and subclusters.
#include "image/qcow2.h"

#include "base/size.h"

#define MAX_L1 (4u << 20)     // entries: 32 MiB, QEMU's own limit
#define MAX_TABLE (8 * MIB)   // bytes of refcount table, likewise
#define MAX_DISK (1ull << 56) // bytes

static int check_features(const struct qcow2_header *h, const char *name, struct err *e)
{
	uint64_t f = be32_get(h->version) == 3 ? be64_get(h->incompatible_features) : 0;

	if (be32_get(h->crypt_method))
		return err_set(e, 0, "%s: qcow2: is encrypted", name);
	if (be64_get(h->backing_file_offset))
		return err_set(
			e, 0, "%s: qcow2: has a backing file: merge it with qemu-img convert first",
			name);
	if (f & QCOW2_CORRUPT)
		return err_set(e, 0, "%s: qcow2: is marked corrupt", name);
	if (f & QCOW2_DATA_FILE)
		return err_set(e, 0, "%s: qcow2: keeps its data in another file", name);
	if (f & ~(QCOW2_DIRTY | QCOW2_COMPRESSION_TYPE))
		return err_set(e, 0, "%s: qcow2: has features that cannot be read here (0x%llx)",
			       name, (unsigned long long)f);
	return 0;
}

bool qcow2_inside(const struct qcow2 *q, uint64_t off, uint64_t len)
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
	if (!qcow2_inside(q, q->l1_off, q->l1_entries * 8ull))
		return err_set(e, 0, "%s: qcow2: L1 table at 0x%llx does not lie inside the file",
			       name, (unsigned long long)q->l1_off);
	if (q->table_clusters * q->cluster > MAX_TABLE ||
	    !qcow2_inside(q, q->table_off, q->table_clusters * q->cluster))
		return err_set(e, 0,
			       "%s: qcow2: refcount table at 0x%llx (%u clusters) does not lie "
			       "inside the file",
			       name, (unsigned long long)q->table_off, q->table_clusters);
	return 0;
}

// Of what kind compressed clusters are, should there be any. The field is there when the header is
// long enough; the feature is set when it is not 0.
static int find_packing(struct qcow2 *q, const struct qcow2_header *h, struct err *e)
{
	bool v3 = be32_get(h->version) == 3;
	bool has =
		v3 && be32_get(h->header_length) > offsetof(struct qcow2_header, compression_type);
	unsigned type = has ? h->compression_type : 0;
	bool flag = v3 && be64_get(h->incompatible_features) & QCOW2_COMPRESSION_TYPE;

	if (type > 1 || flag != (type != 0))
		return err_set(e, 0, "%s: qcow2: compression of type %u (%s) cannot be read here",
			       q->file->name, type, flag ? "marked" : "not marked");
	q->packing = type ? PACK_ZSTD : PACK_DEFLATE;
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
	if (check_features(&h, file->name, e) || find_packing(q, &h, e))
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
