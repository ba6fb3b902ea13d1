// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a disk that is zstd frames. One frame is kept unpacked; one of zeros needs no memory.
#include <stdlib.h>
#include <string.h>

#include "image/raw_zst.h"
#include "image/zst_frame.h"

struct guest {
	struct src src;
	struct zst_index index;
	struct ahead file;
	struct packer *k;
	struct zst_place here; // the frame that is kept; its content is 0: none
	bool zeros;	       // it is nothing else
	uint8_t *data;	       // or this
	size_t room;	       // bytes of data
};

static int broken(const struct guest *g, const struct zst_place *p, const char *why, struct err *e)
{
	return err_set(e, 0, "%s: zstd frame at 0x%llx: %s", g->src.name, (unsigned long long)p->at,
		       why);
}

static int unpack(struct guest *g, const struct zst_place *p, const uint8_t *in, struct err *e)
{
	size_t got, taken;

	if (p->content > ZST_CONTENT_MAX)
		return broken(g, p, "too large to be unpacked", e);
	if (p->content > g->room) {
		g->room = p->content;
		g->data = mem_grow(g->data, g->room, 1);
	}
	if (packer_unpack(g->k, in, p->len, g->data, p->content, &got, &taken, e))
		return err_prefix(e, "%s: frame at 0x%llx", g->src.name, (unsigned long long)p->at);
	return got == p->content && taken == p->len
		       ? 0
		       : broken(g, p, "is not as long as the table says", e);
}

// Keeps the frame at p.
static int load(struct guest *g, const struct zst_place *p, struct err *e)
{
	const uint8_t *in;
	int zeros;

	if (g->here.content && g->here.number == p->number)
		return 0;
	g->here.content = 0;
	if (p->len > ZST_LEN_MAX)
		return broken(g, p, "too large to be unpacked", e);
	in = ahead_get(&g->file, p->at, p->len, e);
	if (!in)
		return -1;
	zeros = zst_is_zeros(in, p->len, p->content);
	if (zeros < 0)
		return broken(g, p, "zeros, but not only", e);
	if (!zeros && unpack(g, p, in, e))
		return -1;
	g->zeros = zeros;
	g->here = *p;
	return 0;
}

static int guest_read(struct src *s, uint64_t off, void *to, size_t n, struct err *e)
{
	struct guest *g = (struct guest *)s;
	uint8_t *out = to;

	while (n) {
		struct zst_place p = zst_index_find(&g->index, off);
		uint64_t left = p.off + p.content - off;
		size_t len = left < n ? (size_t)left : n;

		if (load(g, &p, e))
			return -1;
		if (g->zeros)
			memset(out, 0, len);
		else
			memcpy(out, g->data + (off - p.off), len);
		off += len;
		out += len;
		n -= len;
	}
	return 0;
}

static void guest_close(struct src *s)
{
	struct guest *g = (struct guest *)s;

	zst_index_free(&g->index);
	ahead_free(&g->file);
	packer_free(g->k);
	free(g->data);
	free(g);
}

static int open_it(struct src *file, struct src **out, struct err *e)
{
	static const struct src_ops ops = { guest_read, guest_close };
	struct zst_index index;
	struct guest *g;
	int rc = zst_index_read(&index, file, e);

	if (rc <= 0)
		return rc;
	g = mem_zero(1, sizeof *g);
	g->src.ops = &ops;
	g->src.size = index.size;
	g->src.sector = 512;
	str_copy(g->src.name, sizeof g->src.name, file->name);
	g->index = index;
	g->file = AHEAD(file);
	g->k = packer_new(PACK_ZSTD);
	*out = &g->src;
	return 1;
}

// Only what is short enough for it is looked at.
static int stored(struct src *guest, struct map *m, struct err *e)
{
	struct guest *g = (struct guest *)guest;
	struct zst_place p;

	for (uint64_t off = 0; off < guest->size; off = p.off + p.content) {
		bool zeros = false;

		p = zst_index_find(&g->index, off);
		if (zst_may_be_zeros(p.len, p.content)) {
			if (load(g, &p, e))
				return -1;
			zeros = g->zeros;
		}
		if (!zeros)
			map_set(m, p.off, p.content, MAP_DONE);
	}
	return 0;
}

// Every frame must unpack to as much as it should; those of ours have a checksum.
static int check(struct src *file, struct buf *notes, struct err *e)
{
	struct src *guest SRC_AUTO = NULL;
	struct zst_place p;
	struct guest *g;
	int rc = open_it(file, &guest, e);

	(void)notes;
	if (rc != 1)
		return rc ? -1 : err_set(e, 0, "%s: is no zstd file", file->name);
	g = (struct guest *)guest;
	for (uint64_t off = 0; off < guest->size; off = p.off + p.content) {
		p = zst_index_find(&g->index, off);
		if (load(g, &p, e))
			return -1;
	}
	return 0;
}

const struct image_ops image_raw_zst = {
	.name = "raw",
	.suffix = "raw.zst",
	.open = open_it,
	.stored = stored,
	.check = check,
};
