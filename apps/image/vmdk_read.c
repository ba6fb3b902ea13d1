// SPDX-License-Identifier: GPL-2.0-or-later
// Reading VMDK: the guest's bytes as a source. One table is kept, of a packed file one grain, too.
#include "image/vmdk.h"

#include <stdlib.h>
#include <string.h>

#define MAX_RANGES (4u << 20) // of what is stored; a file that has more is taken as full

struct guest {
	struct src src;
	struct vmdk v;
	le32 *table;	       // the one that is kept
	uint64_t table_number; // which; UINT64_MAX none
	bool table_absent;     // it is not there: all zeros
	struct vmdk_unpacker unpacker;
	uint64_t unpacked; // number of the grain in it; UINT64_MAX none
};

void vmdk_unpacker_begin(struct vmdk_unpacker *u, const struct vmdk *v)
{
	u->packer = packer_new(PACK_ZLIB);
	u->in_room = 2 * (size_t)v->grain;
	u->in = mem_alloc(u->in_room);
	u->out = mem_alloc(v->grain);
}

void vmdk_unpacker_end(struct vmdk_unpacker *u)
{
	packer_free(u->packer);
	free(u->in);
	free(u->out);
}

static int bad_grain(const struct vmdk *v, uint64_t number, uint64_t at, const char *why,
		     struct err *e)
{
	return err_set(e, 0, "%s: vmdk: the grain of 0x%llx, at 0x%llx of the file, %s",
		       v->file->name, (unsigned long long)(number * v->grain),
		       (unsigned long long)at, why);
}

int vmdk_unpack(struct vmdk_unpacker *u, const struct vmdk *v, uint64_t number, uint64_t at,
		uint64_t *len, struct err *e)
{
	uint64_t left = at < v->file->size ? v->file->size - at : 0;
	uint64_t first = number * v->grain, want = v->size - first;
	struct vmdk_marker m;
	size_t n, got;

	if (left < VMDK_GRAIN_MARKER)
		return bad_grain(v, number, at, "does not lie inside the file", e);
	if (src_read(v->file, at, &m, VMDK_GRAIN_MARKER, e))
		return -1;
	n = le32_get(m.size);
	if (!n || le64_get(m.value) != first / VMDK_SECTOR)
		return bad_grain(v, number, at, "has the marker of another one", e);
	if (n > u->in_room || n > left - VMDK_GRAIN_MARKER)
		return bad_grain(v, number, at, "has an impossible length", e);
	if (src_read(v->file, at + VMDK_GRAIN_MARKER, u->in, n, e))
		return -1;
	if (packer_unpack(u->packer, u->in, n, u->out, v->grain, &got, NULL, e))
		return bad_grain(v, number, at, "cannot be unpacked", e);
	if (got < v->grain && got < want)
		return bad_grain(v, number, at, "is too short", e);
	memset(u->out + got, 0, v->grain - got);
	if (len)
		*len = VMDK_GRAIN_MARKER + n;
	return 0;
}

// Where the grain lies in the file that holds the guest's byte `off`; 0: it is zeros.
static int find_grain(struct guest *g, uint64_t off, uint64_t *at, struct err *e)
{
	const struct vmdk *v = &g->v;
	uint64_t grain = off / v->grain, number = grain / v->entries;

	*at = 0;
	if (number != g->table_number) {
		int rc;

		g->table_number = UINT64_MAX;
		rc = vmdk_read_table(v, v->dir_off, number, g->table, NULL, e);
		if (rc < 0)
			return -1;
		g->table_absent = !rc;
		g->table_number = number;
	}
	if (!g->table_absent)
		*at = vmdk_grain_at(v, g->table[grain % v->entries]);
	if (*at && *at >= v->file->size)
		return bad_grain(v, grain, *at, "does not lie inside the file", e);
	return 0;
}

static int read_packed(struct guest *g, uint64_t off, uint64_t at, uint8_t *p, size_t n,
		       struct err *e)
{
	uint64_t number = off / g->v.grain;

	if (number != g->unpacked) {
		g->unpacked = UINT64_MAX;
		if (vmdk_unpack(&g->unpacker, &g->v, number, at, NULL, e))
			return -1;
		g->unpacked = number;
	}
	memcpy(p, g->unpacker.out + off % g->v.grain, n);
	return 0;
}

static int guest_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint32_t grain = g->v.grain;
	uint64_t at, next;
	uint8_t *to = p;

	while (n) {
		size_t len = grain - off % grain;

		if (find_grain(g, off, &at, e))
			return -1;
		// as far as the grains follow each other in the file
		while (at && !g->v.packed && len < n) {
			if (find_grain(g, off + len, &next, e))
				return -1;
			if (next != at + off % grain + len)
				break;
			len += grain;
		}
		if (len > n)
			len = n;
		if (!at)
			memset(to, 0, len);
		else if (g->v.packed ? read_packed(g, off, at, to, len, e)
				     : src_read(g->v.file, at + off % grain, to, len, e))
			return -1;
		off += len;
		to += len;
		n -= len;
	}
	return 0;
}

static void guest_close(struct src *s)
{
	struct guest *g = (struct guest *)s;

	vmdk_unpacker_end(&g->unpacker);
	free(g->table);
	free(g);
}

int vmdk_open(struct src *file, struct src **out, struct err *e)
{
	static const struct src_ops ops = { guest_read, guest_close };
	struct guest *g;
	struct vmdk v;
	int rc = vmdk_read_header(&v, file, e);

	if (rc <= 0)
		return rc;
	g = mem_zero(1, sizeof *g);
	g->src.ops = &ops;
	g->src.size = v.size;
	g->src.sector = v.text.sector;
	str_copy(g->src.name, sizeof g->src.name, file->name);
	g->v = v;
	g->table = mem_alloc(v.entries * sizeof *g->table);
	g->table_number = g->unpacked = UINT64_MAX;
	if (v.packed)
		vmdk_unpacker_begin(&g->unpacker, &v);
	*out = &g->src;
	return 1;
}

int vmdk_stored(struct src *s, struct map *m, struct err *e)
{
	struct guest *g = (struct guest *)s;
	const struct vmdk *v = &g->v;
	uint64_t span = (uint64_t)v->grain * v->entries;

	g->table_number = UINT64_MAX;
	for (uint64_t i = 0; i < v->tables; i++) {
		int rc = vmdk_read_table(v, v->dir_off, i, g->table, NULL, e);

		if (rc < 0)
			return -1;
		for (uint32_t k = 0; rc && k < v->entries; k++)
			if (vmdk_grain_at(v, g->table[k]))
				map_set(m, i * span + (uint64_t)k * v->grain, v->grain, MAP_DONE);
		if (m->n > MAX_RANGES) {
			map_set(m, 0, m->size, MAP_DONE);
			return 0;
		}
	}
	return 0;
}
