// SPDX-License-Identifier: GPL-2.0-or-later
// Where the frames of a file are: from the table at its end, or, where there is none, by walking
// from frame to frame.
#include <stdlib.h>
#include <string.h>

#include "image/raw_zst.h"
#include "image/zst_frame.h"

#define PLACE_EVERY 1024u	  // frames
#define ZST_DISK_MAX (1ull << 56) // bytes

static int refuse(const struct src *file, const char *why, struct err *e)
{
	return err_set(e, 0, "%s: zstd: %s: unpack it first with zstd -d", file->name, why);
}

static void add_frame(struct zst_index *x, uint32_t len, uint32_t content)
{
	if (x->n == x->room) {
		x->room = x->room ? x->room * 2 : 1024;
		x->frames = mem_grow(x->frames, x->room, sizeof *x->frames);
	}
	x->frames[x->n++] = (struct zst_lengths){ le32_put(len), le32_put(content) };
}

// What is too large to be unpacked at once must be nothing but zeros.
static int check_size(struct ahead *a, uint64_t off, const struct zst_frame *f, struct err *e)
{
	bool zeros = zst_may_be_zeros(f->len, f->content);
	const uint8_t *p = zeros ? ahead_get(a, off, (size_t)f->len, e) : NULL;

	if ((f->content <= ZST_CONTENT_MAX && f->len <= ZST_LEN_MAX) ||
	    (p && zst_is_zeros(p, (size_t)f->len, f->content) == 1))
		return 0;
	return zeros && !p ? -1
			   : refuse(a->src, "its frames are too large to be read one by one", e);
}

static int walk(struct zst_index *x, struct ahead *a, struct err *e)
{
	struct zst_frame f;

	for (uint64_t off = 0; off < a->src->size; off += f.len) {
		if (zst_frame_at(a, off, &f, e))
			return -1;
		if (f.unsized)
			return refuse(a->src, "its frames do not say how large they are", e);
		if (check_size(a, off, &f, e))
			return -1;
		add_frame(x, (uint32_t)f.len, (uint32_t)f.content);
	}
	return 0;
}

static int bad_table(const struct src *file, struct err *e)
{
	return err_set(e, 0, "%s: zstd: the table at its end does not fit the file", file->name);
}

// The n entries behind the table's head at `at`: their frames fill the file in front of it.
static int read_entries(struct zst_index *x, struct ahead *a, uint64_t at, uint32_t n, size_t entry,
			struct err *e)
{
	uint64_t sum = 0;

	for (uint64_t i = 0; i < n; i++) {
		const uint8_t *p =
			ahead_get(a, at + sizeof(struct zst_lengths) + i * entry, entry, e);
		struct zst_lengths l;

		if (!p)
			return -1;
		memcpy(&l, p, sizeof l);
		if (le32_get(l.len) > at - sum)
			return bad_table(a->src, e);
		sum += le32_get(l.len);
		add_frame(x, le32_get(l.len), le32_get(l.content));
	}
	return sum == at ? 0 : bad_table(a->src, e);
}

// 1: read; 0: there is no table.
static int read_table(struct zst_index *x, struct ahead *a, struct err *e)
{
	struct {
		le32 frames;
		uint8_t flags;
		le32 magic;
	} foot;
	struct src *file = a->src;
	struct zst_lengths head;
	uint64_t len, at;
	size_t entry;

	if (file->size < sizeof head + sizeof foot)
		return 0;
	if (src_read(file, file->size - sizeof foot, &foot, sizeof foot, e))
		return -1;
	if (le32_get(foot.magic) != ZST_SEEK_MAGIC)
		return 0;
	entry = foot.flags & 0x80 ? 12 : 8; // with checksums or not
	len = le32_get(foot.frames) * entry + sizeof foot;
	if (foot.flags & 0x7c || len > file->size - sizeof head)
		return bad_table(file, e);
	at = file->size - len - sizeof head;
	if (src_read(file, at, &head, sizeof head, e))
		return -1;
	if (le32_get(head.len) != ZST_SEEK_SKIPPABLE || le32_get(head.content) != len)
		return bad_table(file, e);
	return read_entries(x, a, at, le32_get(foot.frames), entry, e) ? -1 : 1;
}

// Is it zstd at all? A skippable frame may come first.
static int looks_like_zstd(struct ahead *a, struct err *e)
{
	struct zst_frame f = { 0 };
	le32 magic[2];

	if (a->src->size < sizeof magic)
		return 0;
	if (src_read(a->src, 0, magic, sizeof magic, e))
		return -1;
	if (le32_get(magic[0]) >> 4 != ZST_SKIPPABLE >> 4)
		return le32_get(magic[0]) == ZST_MAGIC;
	if (zst_frame_at(a, 0, &f, NULL) || a->src->size - f.len < sizeof *magic)
		return 0;
	if (src_read(a->src, f.len, magic, sizeof *magic, e))
		return -1;
	return le32_get(magic[0]) == ZST_MAGIC;
}

// Where every so-many-th frame is, and how large the disk.
static void add_places(struct zst_index *x)
{
	struct zst_place p = { 0 };

	x->places = mem_zero(x->n / PLACE_EVERY + 1, sizeof *x->places);
	for (; p.number < x->n; p.number++) {
		p.len = le32_get(x->frames[p.number].len);
		p.content = le32_get(x->frames[p.number].content);
		if (p.number % PLACE_EVERY == 0)
			x->places[p.number / PLACE_EVERY] = p;
		p.at += p.len;
		p.off += p.content;
	}
	x->size = p.off;
}

int zst_index_read(struct zst_index *x, struct src *file, struct err *e)
{
	struct ahead a = AHEAD(file);
	int rc = looks_like_zstd(&a, e);

	*x = (struct zst_index){ 0 };
	if (rc == 1) {
		rc = read_table(x, &a, e);
		if (!rc)
			rc = walk(x, &a, e) ? -1 : 1;
	}
	ahead_free(&a);
	if (rc == 1)
		add_places(x);
	if (rc == 1 && (!x->size || x->size > ZST_DISK_MAX))
		rc = err_set(e, 0, "%s: zstd: impossible disk size %llu", file->name,
			     (unsigned long long)x->size);
	if (rc < 0)
		zst_index_free(x);
	return rc;
}

void zst_index_free(struct zst_index *x)
{
	free(x->frames);
	free(x->places);
	*x = (struct zst_index){ 0 };
}

struct zst_place zst_index_find(const struct zst_index *x, uint64_t off)
{
	size_t lo = 0, hi = (x->n - 1) / PLACE_EVERY + 1;
	struct zst_place p;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (x->places[mid].off <= off)
			lo = mid;
		else
			hi = mid;
	}
	p = x->places[lo];
	while (off - p.off >= p.content) {
		p.at += p.len;
		p.off += p.content;
		p.number++;
		p.len = le32_get(x->frames[p.number].len);
		p.content = le32_get(x->frames[p.number].content);
	}
	return p;
}
