// SPDX-License-Identifier: GPL-2.0-or-later
// Writing raw with zstd.
#include "image/raw_zst.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/zero.h"
#include "image/zst_frame.h"

// A granule is two blocks of zstd; larger on disks whose table would become too large.
#define GRANULE (2 * ZST_BLOCK)
#define GRANULE_MAX (1024u << 10)
#define MANY_FRAMES (4u << 20)

struct written {
	uint64_t at; // so far, bytes of the disk
	struct zst_lengths *frames;
	size_t n, room;
	uint8_t *zeros; // a frame of them
};

static void add_frame(struct written *w, size_t len, size_t content)
{
	if (w->n == w->room) {
		w->room = w->room ? w->room * 2 : 1024;
		w->frames = mem_grow(w->frames, w->room, sizeof *w->frames);
	}
	w->frames[w->n++] =
		(struct zst_lengths){ le32_put((uint32_t)len), le32_put((uint32_t)content) };
}

// What the map alone would take, with granules that do not get smaller.
static uint64_t most(const struct image_plan *p)
{
	uint64_t used = map_count(&p->used, MAP_DONE), frames = used / p->granule + 1;
	uint64_t len = frames * p->pack_max;

	for (size_t i = 0; i < p->used.n; i++) {
		const struct range *r = &p->used.r[i];
		uint64_t whole = r->len / ZST_ZEROS_MAX;

		if (r->state == MAP_DONE)
			continue;
		len += (whole + 1) * zst_zeros_len(ZST_ZEROS_MAX);
		frames += whole + 1;
	}
	return len + 8 + frames * sizeof(struct zst_lengths) + ZST_SEEK_FOOTER;
}

int raw_zst_plan(struct image_plan *p, struct err *e)
{
	uint64_t used = map_count(&p->used, MAP_DONE);
	struct written *w;

	if (!p->disk_size)
		return err_usage(e, "raw: an empty disk cannot be packed");
	p->granule = GRANULE;
	while (used / p->granule > MANY_FRAMES && p->granule < GRANULE_MAX)
		p->granule *= 2;
	image_plan_align(p);
	p->set.packing = PACK_ZSTD_FAST; // a stream: speed is what it is for
	p->pack_max = packer_bound(p->set.packing, p->granule);
	p->state = w = mem_zero(1, sizeof *w);
	w->zeros = mem_alloc(zst_zeros_len(ZST_ZEROS_MAX));
	p->file_size = most(p);
	return 0;
}

void raw_zst_release(struct image_plan *p)
{
	struct written *w = p->state;

	if (w) {
		free(w->frames);
		free(w->zeros);
	}
	free(w);
}

static uint32_t length_at(const struct image_plan *p, uint64_t off)
{
	uint64_t left = p->disk_size - off;

	return left < p->granule ? (uint32_t)left : p->granule;
}

size_t raw_zst_pack(const struct image_plan *p, struct packer *k, uint64_t off, const void *data,
		    void *out)
{
	uint32_t n = length_at(p, off);

	return is_zero(data, n) ? 0 : packer_pack(k, data, n, out, p->pack_max);
}

// Zeros as far as `to`.
static int put_zeros(struct written *w, struct sink *s, uint64_t to, struct err *e)
{
	while (w->at < to) {
		uint64_t n = to - w->at < ZST_ZEROS_MAX ? to - w->at : ZST_ZEROS_MAX;
		size_t len = zst_zeros(w->zeros, (uint32_t)n);

		if (sink_write(s, w->zeros, len, e))
			return -1;
		add_frame(w, len, (size_t)n);
		w->at += n;
	}
	return 0;
}

int raw_zst_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
		struct err *e)
{
	struct written *w = p->state;
	uint32_t n = length_at(p, off);

	if (off < w->at || off % p->granule || len > p->pack_max)
		return err_set(e, 0, "raw: %zu packed bytes of 0x%llx come after 0x%llx", len,
			       (unsigned long long)off, (unsigned long long)w->at);
	if (!len)
		return 0; // zeros, together with those around them
	if (put_zeros(w, s, off, e) || sink_write(s, data, len, e))
		return -1;
	add_frame(w, len, n);
	w->at += n;
	return 0;
}

int raw_zst_finish(struct image_plan *p, struct sink *s, struct err *e)
{
	struct written *w = p->state;
	struct zst_lengths head = { .len = le32_put(ZST_SEEK_SKIPPABLE) };
	struct {
		le32 frames;
		uint8_t flags; // no checksums in it: the frames have their own
		le32 magic;
	} foot = { .magic = le32_put(ZST_SEEK_MAGIC) };
	size_t len;

	_Static_assert(sizeof foot == ZST_SEEK_FOOTER, "foot of the table");
	if (put_zeros(w, s, p->disk_size, e))
		return -1;
	len = w->n * sizeof *w->frames;
	if (len > UINT32_MAX - sizeof foot)
		return err_set(e, 0, "raw: %zu frames are too many", w->n);
	head.content = le32_put((uint32_t)(len + sizeof foot));
	foot.frames = le32_put((uint32_t)w->n);
	if (sink_write(s, &head, sizeof head, e) || sink_write(s, w->frames, len, e))
		return -1;
	return sink_write(s, &foot, sizeof foot, e);
}
