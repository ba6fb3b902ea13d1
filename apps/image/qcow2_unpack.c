// SPDX-License-Identifier: GPL-2.0-or-later
// Compressed clusters of a qcow2 file, made large again.
#include "image/qcow2.h"

#define SECTOR 512u

bool qcow2_packed_at(const struct qcow2 *q, uint64_t entry, uint64_t *off, size_t *len)
{
	unsigned shift = 62 - (q->cluster_bits - 8);
	uint64_t more = entry >> shift & ((1u << (q->cluster_bits - 8)) - 1), left;

	*off = entry & ((1ull << shift) - 1);
	if (*off >= q->file->size)
		return false;
	*len = (size_t)((more + 1) * SECTOR - *off % SECTOR);
	left = q->file->size - *off;
	if (*len > left)
		*len = (size_t)left;
	return true;
}

// A zstd cluster may be several frames.
static int unpack_frames(struct qcow2_unpack *u, const uint8_t *in, size_t len, uint8_t *out,
			 size_t *used, struct err *e)
{
	size_t size = (size_t)u->q->cluster, fill = 0, got = 0, taken = 0;

	*used = 0;
	do {
		if (packer_unpack(u->k, in + *used, len - *used, out + fill, size - fill, &got,
				  &taken, e))
			return -1;
		fill += got;
		*used += taken;
	} while (u->q->packing == PACK_ZSTD && fill < size);
	return fill == size ? 0 : err_set(e, 0, "%zu bytes come out, not %zu", fill, size);
}

int qcow2_unpack(struct qcow2_unpack *u, uint64_t entry, void *out, size_t *used, struct err *e)
{
	const char *name = u->q->file->name;
	const uint8_t *in;
	uint64_t off;
	size_t len, taken;

	if (!qcow2_packed_at(u->q, entry, &off, &len))
		return err_set(e, 0,
			       "%s: qcow2: compressed data at 0x%llx lies behind the end of "
			       "the file",
			       name, (unsigned long long)off);
	if (!u->k) {
		u->k = packer_new(u->q->packing);
		u->file = AHEAD(u->q->file);
	}
	in = ahead_get(&u->file, off, len, e);
	if (!in)
		return -1;
	if (unpack_frames(u, in, len, out, used ? used : &taken, e))
		return err_prefix(e, "%s: qcow2: compressed data at 0x%llx", name,
				  (unsigned long long)off);
	return 0;
}

void qcow2_unpack_free(struct qcow2_unpack *u)
{
	packer_free(u->k);
	ahead_free(&u->file);
}
