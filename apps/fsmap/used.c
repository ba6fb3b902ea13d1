// SPDX-License-Identifier: GPL-2.0-or-later
#include "fsmap/used.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"

// How many free pieces are at least that long.
static size_t holes(const struct map *m, uint64_t least)
{
	size_t n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->r[i].state == MAP_TODO && m->r[i].len >= least;
	return n;
}

// Leaves a quarter of USED_RANGES as free pieces, the longest ones: each is followed by a used one,
// so that the map is half empty then, and most calls of used_add need not come here.
static void thin(struct map *m)
{
	uint64_t least = 512;
	size_t n = 0;

	while (holes(m, least) > USED_RANGES / 4)
		least *= 2;
	for (size_t i = 0; i < m->n; i++) {
		struct range r = m->r[i];

		if (r.state == MAP_TODO && r.len < least)
			r.state = MAP_DONE;
		if (n > 0 && m->r[n - 1].state == r.state)
			m->r[n - 1].len += r.len;
		else
			m->r[n++] = r;
	}
	m->n = n;
}

void used_add(struct map *m, uint64_t off, uint64_t len)
{
	map_set(m, off, len, MAP_DONE);
	if (m->n >= USED_RANGES)
		thin(m);
}

void used_free(struct map *m, uint64_t off, uint64_t len)
{
	map_set(m, off, len, MAP_TODO);
	if (m->n >= USED_RANGES)
		thin(m);
}

uint64_t used_run(const uint8_t *bits, uint64_t from, uint64_t n)
{
	bool used = used_bit(bits, from);
	uint8_t same = used ? 0xff : 0;
	uint64_t k = from;

	while (k < n && used_bit(bits, k) == used) {
		if (k % 8 == 0 && n - k >= 8 && bits[k / 8] == same)
			k += 8;
		else
			k++;
	}
	return k;
}

void used_bits(struct map *m, uint64_t off, uint64_t unit, const uint8_t *bits, uint64_t n)
{
	for (uint64_t k = 0, end; k < n; k = end) {
		end = used_run(bits, k, n);
		if (used_bit(bits, k))
			used_add(m, off + k * unit, (end - k) * unit);
	}
}

void used_doubt(struct doubt *d, uint64_t bytes, const char *fmt, ...)
{
	va_list ap;

	if (d->reasons++ == 0) {
		va_start(ap, fmt);
		vsnprintf(d->first, sizeof(d->first), fmt, ap);
		va_end(ap);
	}
	d->bytes += bytes;
}

void used_tell(const struct doubt *d, char *why, size_t size)
{
	if (d->reasons == 0)
		snprintf(why, size, "%s", "");
	else if (d->reasons == 1)
		snprintf(why, size, "%s kept because %s", size_show(d->bytes).s, d->first);
	else
		snprintf(why, size, "%s kept because %s, and %u more", size_show(d->bytes).s,
			 d->first, d->reasons - 1);
}
