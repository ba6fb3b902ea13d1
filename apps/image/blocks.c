// SPDX-License-Identifier: GPL-2.0-or-later
// Writing blocks of which only parts are given.
#include "image/blocks.h"

uint64_t blocks_count(const struct map *used, uint64_t size)
{
	uint64_t count = 0, next = 0; // the first block that is not counted yet

	for (size_t i = 0; i < used->n; i++) {
		uint64_t first = used->r[i].off / size;
		uint64_t end = (used->r[i].off + used->r[i].len - 1) / size + 1;

		if (used->r[i].state != MAP_DONE)
			continue;
		if (first < next)
			first = next;
		if (end > first)
			count += end - first;
		next = end;
	}
	return count;
}

bool blocks_used(const struct map *used, uint64_t size, uint64_t n)
{
	struct range r;

	return map_next(used, n * size, MAP_DONE, &r) && r.off / size == n;
}

static int skip_to(struct sink *s, uint64_t pos, struct err *e)
{
	if (pos < s->pos)
		return err_set(e, 0, "image: data of 0x%llx comes too late, at 0x%llx",
			       (unsigned long long)pos, (unsigned long long)s->pos);
	return pos > s->pos ? sink_skip(s, pos - s->pos, e) : 0;
}

int blocks_end(struct blocks *b, struct sink *s, struct err *e)
{
	if (!b->open)
		return 0;
	b->open = false;
	return skip_to(s, b->start + b->size, e);
}

int blocks_put(struct blocks *b, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	const uint8_t *p = data;

	while (len) {
		uint64_t number = off / b->size, in = off % b->size;
		size_t n = b->size - in < len ? (size_t)(b->size - in) : len;

		if (!b->open || number != b->number) {
			if (blocks_end(b, s, e) || (b->head && b->head(s, e)))
				return -1;
			b->open = true;
			b->number = number;
			b->start = s->pos;
		}
		if (skip_to(s, b->start + in, e) || sink_sparse(s, p, n, e))
			return -1;
		off += n;
		p += n;
		len -= n;
	}
	return 0;
}
