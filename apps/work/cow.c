// SPDX-License-Identifier: GPL-2.0-or-later
// The persistent exception store of device-mapper's snapshot target, version 1 (kernel: drivers/md/
// dm-snap-persistent.c). Little-endian; everything is counted in chunks of the size the header
// tells:
//   chunk 0          header
//   chunk 1          metadata area 0: pairs (chunk on the disk, chunk in the store), a chunk full
//   the chunks that area describes follow, then the next metadata area, and so on
// A pair whose second number is 0 ends the list.
#include "work/cow.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/endian.h"

#define MAGIC 0x70416e53u // "SnAp"
#define CHUNK_MAX (1u << 20)

struct header {
	le32 magic;	    // 0x00
	le32 valid;	    // 0x04 0: the store overflowed, nothing in it counts
	le32 version;	    // 0x08
	le32 chunk_sectors; // 0x0c 512 bytes
};
_Static_assert(sizeof(struct header) == 16, "snapshot store header");

struct pair {
	le64 old; // 0x00
	le64 new; // 0x08
};
_Static_assert(sizeof(struct pair) == 16, "snapshot store pair");

static int read_header(struct cow *c, struct src *store, struct err *e)
{
	struct header h;
	uint64_t chunk;

	if (src_read(store, 0, &h, sizeof h, e))
		return -1;
	if (le32_get(h.magic) != MAGIC)
		return err_set(e, 0, "%s: no store of a work disk: magic 0x%08x", store->name,
			       le32_get(h.magic));
	if (le32_get(h.version) != 1)
		return err_set(e, 0, "%s: store of unknown version %u", store->name,
			       le32_get(h.version));
	if (!le32_get(h.valid))
		return err_set(
			e, 0,
			"%s: the store has become invalid (it was full): discard the work disk and "
			"open it again with a larger store",
			store->name);
	chunk = (uint64_t)le32_get(h.chunk_sectors) * 512;
	if (!chunk || chunk > CHUNK_MAX || (chunk & (chunk - 1)))
		return err_set(e, 0, "%s: store with chunks of %llu bytes", store->name,
			       (unsigned long long)chunk);
	c->chunk = chunk;
	return 0;
}

static int add(struct cow *c, struct cow_chunk x, size_t *cap, uint64_t disk_chunks,
	       struct src *store, struct err *e)
{
	uint64_t per_area = c->chunk / sizeof(struct pair), store_chunks = store->size / c->chunk;

	if (x.old >= disk_chunks || x.new >= store_chunks || x.new % (per_area + 1) == 1)
		return err_set(
			e, 0,
			"%s: the store's list is damaged: chunk %llu of the disk in chunk %llu",
			store->name, (unsigned long long)x.old, (unsigned long long)x.new);
	if (c->n == *cap) {
		*cap = *cap ? *cap * 2 : 256;
		c->c = mem_grow(c->c, *cap, sizeof *c->c);
	}
	c->c[c->n++] = x;
	return 0;
}

// One metadata area. 1: there may be another, 0: the list ended here.
static int read_area(struct cow *c, struct src *store, uint64_t area, uint64_t disk_chunks,
		     size_t *cap, struct err *e)
{
	uint64_t per_area = c->chunk / sizeof(struct pair), at = 1 + area * (per_area + 1);
	struct pair *p;
	int more = 1;

	if (at >= store->size / c->chunk)
		return 0;
	p = mem_alloc(c->chunk);
	if (src_read(store, at * c->chunk, p, c->chunk, e))
		more = -1;
	for (uint64_t i = 0; more == 1 && i < per_area; i++) {
		struct cow_chunk x = { le64_get(p[i].old), le64_get(p[i].new) };

		if (!x.new)
			more = 0;
		else if (add(c, x, cap, disk_chunks, store, e))
			more = -1;
	}
	free(p);
	return more;
}

static int by_old(const void *a, const void *b)
{
	const struct cow_chunk *x = a, *y = b;

	return (x->old > y->old) - (x->old < y->old);
}

int cow_read(struct cow *c, struct src *store, uint64_t disk_size, struct err *e)
{
	uint64_t disk_chunks;
	size_t cap = 0;
	int more = 1;

	*c = (struct cow){ 0 };
	if (read_header(c, store, e))
		return -1;
	disk_chunks = disk_size / c->chunk + (disk_size % c->chunk != 0);
	for (uint64_t area = 0; more == 1; area++)
		more = read_area(c, store, area, disk_chunks, &cap, e);
	if (c->n)
		qsort(c->c, c->n, sizeof *c->c, by_old);
	for (size_t i = 1; !more && i < c->n; i++)
		if (c->c[i].old == c->c[i - 1].old)
			more = err_set(
				e, 0,
				"%s: the store's list is damaged: chunk %llu stands in it twice",
				store->name, (unsigned long long)c->c[i].old);
	if (more)
		cow_free(c);
	return more;
}

void cow_free(struct cow *c)
{
	free(c->c);
	*c = (struct cow){ 0 };
}

struct changed {
	struct src src;
	const struct cow *cow;
	struct src *store, *source;
};

static int changed_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct changed *d = (struct changed *)s;

	while (n) {
		uint64_t in = off % d->cow->chunk, left = d->cow->chunk - in;
		size_t k = n < left ? n : (size_t)left;
		struct cow_chunk key = { .old = off / d->cow->chunk };
		const struct cow_chunk *hit =
			d->cow->n ? bsearch(&key, d->cow->c, d->cow->n, sizeof key, by_old) : NULL;
		int rc = hit ? src_read(d->store, hit->new * d->cow->chunk + in, p, k, e)
			     : src_read(d->source, off, p, k, e);

		if (rc)
			return -1;
		p = (char *)p + k;
		off += k;
		n -= k;
	}
	return 0;
}

static void changed_close(struct src *s)
{
	free(s);
}

struct src *cow_src(const struct cow *c, struct src *store, struct src *source)
{
	static const struct src_ops ops = { changed_read, changed_close };
	struct changed *d = mem_zero(1, sizeof *d);

	d->src = *source;
	d->src.ops = &ops;
	d->cow = c;
	d->store = store;
	d->source = source;
	snprintf(d->src.name, sizeof d->src.name, "%.100s (as changed)", source->name);
	return &d->src;
}

int cow_changes(const struct cow *c, struct src *store, struct src *source, struct map *m,
		int (*step)(void *arg, size_t done, struct err *e), void *arg, struct err *e)
{
	uint8_t *old = mem_alloc(c->chunk), *new = mem_alloc(c->chunk);
	int rc = 0;

	map_init(m, source->size, MAP_TODO);
	for (size_t i = 0; i < c->n && !rc; i++) {
		uint64_t at = c->c[i].old * c->chunk, n = c->chunk;

		if (n > source->size - at)
			n = source->size - at;
		rc = (step && step(arg, i, e)) || src_read(source, at, old, n, e) ||
				     src_read(store, c->c[i].new * c->chunk, new, n, e)
			     ? -1
			     : 0;
		for (uint64_t s = 0; s < n && !rc; s += 512) {
			size_t k = n - s < 512 ? (size_t)(n - s) : 512;

			if (memcmp(old + s, new + s, k))
				map_set(m, at + s, k, MAP_DONE);
		}
	}
	free(old);
	free(new);
	if (rc)
		map_free(m);
	return rc;
}
