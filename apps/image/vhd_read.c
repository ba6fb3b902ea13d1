// SPDX-License-Identifier: GPL-2.0-or-later
// Reading VHD: the guest's bytes as a source. A piece of the table and one bitmap are kept. A
// sector whose bit is not set was never written: it is zeros, whatever lies in its place.
#include "image/vhd.h"

#include <stdlib.h>
#include <string.h>

#include "image/table.h"

struct guest {
	struct src src;
	struct vhd v;
	struct table table;
	uint8_t *bits;	  // the bitmap kept
	uint64_t bits_of; // the block it belongs to; UINT64_MAX: none
};

// The sector of block i in the file, VHD_NO_BLOCK when it has none.
static int find_block(struct guest *g, uint64_t i, uint32_t *sector, struct err *e)
{
	const be32 *entry = table_entry(&g->table, i, sizeof *entry, e);

	if (!entry)
		return -1;
	*sector = be32_get(*entry);
	return *sector == VHD_NO_BLOCK ? 0 : vhd_check_block(&g->v, i, *sector, e);
}

static int load_bits(struct guest *g, uint64_t i, uint32_t sector, struct err *e)
{
	if (g->bits_of == i)
		return 0;
	g->bits_of = UINT64_MAX;
	if (src_read(g->v.file, (uint64_t)sector * VHD_SECTOR, g->bits, g->v.bitmap, e))
		return -1;
	g->bits_of = i;
	return 0;
}

// The first sector of a block has the highest bit of the first byte.
static bool is_set(const struct guest *g, uint64_t sector)
{
	return g->bits[sector / 8] >> (7 - sector % 8) & 1;
}

// [in, in + n) of a block: runs of sectors that are all there, or all not.
static int read_block(struct guest *g, uint32_t sector, uint64_t in, uint8_t *p, size_t n,
		      struct err *e)
{
	uint64_t data = (uint64_t)sector * VHD_SECTOR + g->v.bitmap;

	while (n) {
		bool set = is_set(g, in / VHD_SECTOR);
		size_t len = VHD_SECTOR - in % VHD_SECTOR;

		while (len < n && is_set(g, (in + len) / VHD_SECTOR) == set)
			len += VHD_SECTOR;
		if (len > n)
			len = n;
		if (!set)
			memset(p, 0, len);
		else if (src_read(g->v.file, data + in, p, len, e))
			return -1;
		in += len;
		p += len;
		n -= len;
	}
	return 0;
}

static int guest_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint8_t *to = p;

	if (g->v.fixed)
		return src_read(g->v.file, off, p, n, e);
	while (n) {
		uint64_t i = off / g->v.block, in = off % g->v.block;
		size_t len = g->v.block - in < n ? (size_t)(g->v.block - in) : n;
		uint32_t sector;

		if (find_block(g, i, &sector, e))
			return -1;
		if (sector == VHD_NO_BLOCK)
			memset(to, 0, len);
		else if (load_bits(g, i, sector, e) || read_block(g, sector, in, to, len, e))
			return -1;
		off += len;
		to += len;
		n -= len;
	}
	return 0;
}

int vhd_stored(struct src *guest, struct map *m, struct err *e)
{
	struct guest *g = (struct guest *)guest;
	uint32_t sector;

	if (g->v.fixed)
		map_set(m, 0, m->size, MAP_DONE);
	else
		for (uint64_t i = 0; i * g->v.block < g->v.size; i++) {
			if (find_block(g, i, &sector, e))
				return -1;
			if (sector != VHD_NO_BLOCK)
				map_set(m, i * g->v.block, g->v.block, MAP_DONE);
		}
	return 0;
}

static void guest_close(struct src *s)
{
	struct guest *g = (struct guest *)s;

	table_end(&g->table);
	free(g->bits);
	free(g);
}

int vhd_open(struct src *file, struct src **out, struct err *e)
{
	static const struct src_ops ops = { guest_read, guest_close };
	struct guest *g;
	struct vhd v;
	int rc = vhd_read_header(&v, file, e);

	if (rc <= 0)
		return rc;
	g = mem_zero(1, sizeof *g);
	g->src = (struct src){ .ops = &ops, .size = v.size, .sector = VHD_SECTOR };
	str_copy(g->src.name, sizeof g->src.name, file->name);
	g->v = v;
	g->bits_of = UINT64_MAX;
	if (!v.fixed) {
		g->bits = mem_alloc(v.bitmap);
		table_begin(&g->table, file, v.table_off, v.entries * 4ull);
	}
	*out = &g->src;
	return 1;
}
