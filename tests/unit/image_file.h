// SPDX-License-Identifier: GPL-2.0-or-later
// For tests of one image format: disks made into image files in memory, read back, spoiled.
#ifndef TESTS_UNIT_IMAGE_FILE_H
#define TESTS_UNIT_IMAGE_FILE_H

#include "base/size.h"
#include "image/image.h"
#include "mem_src.h"
#include "test.h"

// The bytes of an image file, as a source; they are the source's from now on.
static inline void file_of(struct mem_src *out, struct mem_sink *sink)
{
	mem_src_begin(out, 1, 512);
	free(out->data);
	out->data = sink->data;
	out->src.size = sink->len;
	sink->data = NULL;
}

// Writes an image of the wanted ranges of m in pieces of at most `piece` bytes (a multiple of the
// granule); true when its length is the planned one.
static inline bool file_write(const struct image_ops *ops, const struct image_settings *set,
			      const struct mem_src *m, const struct map *wanted, size_t piece,
			      struct mem_sink *sink)
{
	struct image_plan p;
	struct map used;
	struct range r = { 0 };
	bool ok;

	mem_sink_begin(sink);
	map_copy(&used, wanted);
	if (image_plan(&p, ops, set, m->src.size, &used, NULL))
		return false;
	ok = !ops->begin(&p, &sink->sink, NULL);
	while (ok && map_next(&p.used, r.off + r.len, MAP_DONE, &r)) {
		r.len = r.len < piece ? r.len : piece;
		ok = !ops->put(&p, &sink->sink, r.off, m->data + r.off, r.len, NULL);
	}
	ok = ok && !ops->finish(&p, &sink->sink, NULL) && sink->sink.pos == p.file_size;
	image_plan_free(&p);
	return ok;
}

// The image file of a disk of that size of which only [off, off + len) is wanted; its data are to
// be freed.
static inline struct mem_sink file_of_disk(const struct image_ops *ops,
					   const struct image_settings *set, uint64_t size,
					   uint64_t off, uint64_t len)
{
	struct map wanted MAP_AUTO = { 0 };
	struct mem_sink sink;
	struct mem_src m;

	mem_src_begin(&m, size, 512);
	map_init(&wanted, size, MAP_TODO);
	map_set(&wanted, off, len, MAP_DONE);
	file_write(ops, set, &m, &wanted, 65536, &sink);
	src_close(&m.src);
	return sink;
}

// The guest must see the wanted granules and zeros elsewhere, also behind the end of m, and be
// told that nothing is stored where zeros are. "": it does.
static inline const char *file_reads(struct mem_src *file, const struct image_ops *want,
				     const struct mem_src *m, const struct map *wanted,
				     uint64_t guest_size)
{
	const struct image_ops *ops;
	struct src *guest SRC_AUTO = NULL;
	struct map stored MAP_AUTO = { 0 }, used MAP_AUTO = { 0 };
	static uint8_t data[8 * MIB];
	static struct err e;

	if (image_open(&file->src, &guest, &ops, &e))
		return e.text;
	if (ops != want || guest->size != guest_size || guest->size > sizeof data)
		return "another format or size";
	for (uint64_t off = 0, n = 1; off < guest->size; off += n, n = n * 5 % 150001 + 1) {
		if (n > guest->size - off)
			n = guest->size - off;
		if (src_read(guest, off, data + off, n, &e))
			return e.text;
	}
	map_copy(&used, wanted);
	map_align_done(&used, ops->granule);
	map_init(&stored, guest->size, MAP_TODO);
	if (ops->stored(guest, &stored, &e))
		return e.text;
	for (uint64_t i = 0; i < guest->size; i++) {
		if (data[i] != (map_at(&used, i) == MAP_DONE ? m->data[i] : 0))
			return "other bytes";
		if (data[i] && map_at(&stored, i) != MAP_DONE)
			return "bytes that are not stored";
	}
	return "";
}

// Bytes that replace some of a good file, and why it is refused then.
struct damage {
	const char *name;
	uint64_t at;
	const char *bytes;
	size_t n;
	const char *reason;
};

// mend (may be NULL) makes checksums right again before the file is looked at.
static inline void file_refused(const struct image_ops *ops, const struct mem_sink *good,
				const struct damage *d, void (*mend)(uint8_t *data, uint64_t len))
{
	struct mem_sink copy = { .data = malloc(good->len), .len = good->len };
	struct buf notes BUF_AUTO = { 0 };
	struct mem_src file;
	struct err e = { 0 };

	memcpy(copy.data, good->data, good->len);
	memcpy(copy.data + d->at, d->bytes, d->n);
	if (mend)
		mend(copy.data, copy.len);
	file_of(&file, &copy);
	CHECK(d->name, ops->check(&file.src, &notes, &e) && strstr(e.text, d->reason));
	if (!strstr(e.text, d->reason))
		printf("# it says: %s\n", e.text);
	src_close(&file.src);
}

static inline int file_count_only(struct sink *s, const void *p, size_t n, struct err *e)
{
	(void)s;
	(void)p;
	(void)n;
	(void)e;
	return 0;
}

// A disk of which `len` bytes at every `step` are used. What its tables take, and what its file.
static inline uint64_t file_tables(const struct image_ops *ops, const struct image_settings *set,
				   uint64_t size, uint64_t step, uint64_t len, uint64_t *total)
{
	static const struct sink_ops count = { .write = file_count_only };
	struct sink s = { &count, 0 };
	struct image_plan p;
	struct map used;

	map_init(&used, size, MAP_TODO);
	for (uint64_t off = 0; off < size; off += step)
		map_set(&used, off, len, MAP_DONE);
	*total = 0;
	if (image_plan(&p, ops, set, size, &used, NULL))
		return 0;
	*total = p.file_size;
	if (ops->begin(&p, &s, NULL))
		s.pos = 0;
	image_plan_free(&p);
	return s.pos;
}

// The reason why a disk cannot be planned; "" when it can.
static inline const char *file_plan_refused(const struct image_ops *ops,
					    const struct image_settings *set, uint64_t size)
{
	static struct err e;
	struct image_plan p;
	struct map used;

	e = (struct err){ 0 };
	map_init(&used, size, MAP_TODO);
	image_plan(&p, ops, set, size, &used, &e);
	image_plan_free(&p);
	return e.text;
}

#endif
