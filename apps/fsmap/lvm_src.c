// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2: a volume as something to read, and its used bytes carried back to the disk.
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "fsmap/lvm.h"

struct volume_src {
	struct src src;
	struct src *pv;
	const struct lvm *l;
	const struct lvm_volume *leg;
};

// The segment of a volume that holds this byte, which lies inside.
static const struct lvm_segment *segment_at(const struct lvm *l, const struct lvm_volume *v,
					    uint64_t at)
{
	const struct lvm_segment *s = l->segments + v->first_segment;
	size_t low = 0, high = v->n_segments;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (s[middle].start <= at)
			low = middle;
		else
			high = middle;
	}
	return &s[low];
}

static int volume_read(struct src *src, uint64_t off, void *p, size_t n, struct err *e)
{
	struct volume_src *v = (struct volume_src *)src;
	uint8_t *to = p;

	while (n > 0) {
		const struct lvm_segment *s = segment_at(v->l, v->leg, off);
		uint64_t at = off - s->start, left = s->stripe - at % s->stripe;
		uint64_t turn = at / s->stripe;
		uint64_t place = v->l->areas[s->first + turn % s->n] + turn / s->n * s->stripe +
				 at % s->stripe;
		size_t part = n < left ? n : (size_t)left;

		if (src_read(v->pv, place, to, part, e) < 0)
			return -1;
		to += part;
		off += part;
		n -= part;
	}
	return 0;
}

static void volume_close(struct src *s)
{
	free(s);
}

struct src *lvm_src(struct src *pv, const struct lvm *l, const struct lvm_volume *v)
{
	static const struct src_ops ops = { volume_read, volume_close };
	struct volume_src *out = mem_zero(1, sizeof(*out));

	out->src = (struct src){ .ops = &ops, .size = v->size, .sector = pv->sector };
	str_copy(out->src.name, sizeof(out->src.name), v->name);
	out->pv = pv;
	out->l = l;
	out->leg = &l->volumes[v->legs[0]];
	return &out->src;
}

// How many of a segment's first x bytes lie in area i.
static uint64_t share(const struct lvm_segment *s, uint32_t i, uint64_t x)
{
	uint64_t row = s->stripe * s->n, before = s->stripe * i, rest = x % row;
	uint64_t part = rest < before ? 0 : rest - before;

	return x / row * s->stripe + (part < s->stripe ? part : s->stripe);
}

// A range that lies in one segment. In each area it is one range, too.
static void place_in(const struct lvm *l, const struct lvm_segment *s, uint64_t from, uint64_t to,
		     struct map *m)
{
	for (uint32_t i = 0; i < s->n; i++) {
		uint64_t first = share(s, i, from), end = share(s, i, to);

		map_set(m, l->areas[s->first + i] + first, end - first, MAP_DONE);
	}
}

void lvm_place(const struct lvm *l, const struct lvm_volume *v, const struct map *used,
	       struct map *m)
{
	struct range r;

	for (unsigned leg = 0; leg < v->n_legs; leg++) {
		const struct lvm_volume *of = &l->volumes[v->legs[leg]];

		for (size_t k = 0; k < of->n_segments; k++) {
			const struct lvm_segment *s = &l->segments[of->first_segment + k];
			uint64_t end = s->start + s->len;

			for (uint64_t at = s->start;
			     at < end && map_next(used, at, MAP_DONE, &r) && r.off < end;
			     at = r.off + r.len) {
				if (r.len > end - r.off)
					r.len = end - r.off;
				place_in(l, s, r.off - s->start, r.off - s->start + r.len, m);
			}
		}
	}
}

// Pieces of striped volumes; with more of them the rest of a segment counts as missing.
enum { MAX_PIECES = 1 << 16 };

// [from, to) of area i of a segment is missing.
static void lose(const struct lvm_segment *s, uint32_t i, uint64_t from, uint64_t to,
		 size_t *pieces, struct map *part)
{
	while (from < to) {
		uint64_t in = from % s->stripe, n = s->stripe - in;
		uint64_t at = from / s->stripe * s->stripe * s->n + i * s->stripe + in;

		if (s->n == 1 || n > to - from)
			n = to - from;
		if (++*pieces > MAX_PIECES) {
			map_set(part, s->start, s->len, MAP_BAD);
			return;
		}
		if (at < s->len)
			map_set(part, s->start + at, n < s->len - at ? n : s->len - at, MAP_BAD);
		from += n;
	}
}

void lvm_take(const struct lvm *l, const struct lvm_volume *v, const struct map *m,
	      struct map *part)
{
	const struct lvm_volume *leg = &l->volumes[v->legs[0]];
	size_t pieces = 0;

	map_init(part, v->size, MAP_DONE);
	for (size_t k = 0; k < leg->n_segments; k++) {
		const struct lvm_segment *s = &l->segments[leg->first_segment + k];

		for (uint32_t i = 0; i < s->n; i++) {
			uint64_t start = l->areas[s->first + i], end = start + share(s, i, s->len);

			for (size_t j = map_find(m, start); j < m->n && m->r[j].off < end; j++) {
				const struct range *r = &m->r[j];
				uint64_t from = r->off > start ? r->off : start;
				uint64_t to = r->off + r->len < end ? r->off + r->len : end;

				if (r->state != MAP_DONE)
					lose(s, i, from - start, to - start, &pieces, part);
			}
		}
	}
}
