// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/room.h"

#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "base/zero.h"

#define LOOK (64 * MIB) // behind the end of the disk: so much is looked at, more counts as data

// Where the last byte lies that must be on the disk: the end of the partitions, or of what is
// stored.
static uint64_t end_needed(const struct part_table *t, const struct map *stored)
{
	struct range at = { 0 };
	uint64_t end = 0;

	if (!t->n)
		while (map_next(stored, at.off + at.len, MAP_DONE, &at))
			end = at.off + at.len;
	for (unsigned i = 0; i < t->n; i++)
		if (t->p[i].len > UINT64_MAX - t->p[i].off)
			end = UINT64_MAX;
		else if (t->p[i].off + t->p[i].len > end)
			end = t->p[i].off + t->p[i].len;
	return end;
}

// Formats that store large blocks or know certain sizes only have a few zeros behind the end.
static int zeros_behind(struct src *guest, const struct map *stored, uint64_t end, bool *zeros,
			struct err *e)
{
	uint8_t *data = mem_alloc(MIB);
	struct range r = { .off = end };
	uint64_t left = LOOK;
	int rc = 0;

	*zeros = true;
	while (!rc && *zeros && map_next(stored, r.off, MAP_DONE, &r)) {
		size_t n = r.len < MIB ? (size_t)r.len : MIB;

		rc = src_read(guest, r.off, data, n, e);
		left -= left < n ? left : n;
		*zeros = !rc && left && is_zero(data, n);
		r.off += n;
	}
	free(data);
	return rc;
}

int room_check(const struct opened *image, const struct map *stored, const struct part_table *table,
	       const struct disk *d, bool fit, struct err *e)
{
	unsigned long long end = end_needed(table, stored), size = image->guest->size;
	const char *name = image->file.path;
	bool zeros;

	if (size <= d->size)
		return 0;
	if (end > d->size && table->n)
		return err_usage(
			e,
			"%s: is too small: it has %llu bytes (%s), the disk in %s has %llu (%s), "
			"and "
			"its partitions end at %llu: take a larger disk, or make the last file "
			"system and partition smaller first",
			d->path, (unsigned long long)d->size, size_show(d->size).s, name, size,
			size_show(size).s, end);
	if (zeros_behind(image->guest, stored, d->size, &zeros, e))
		return -1;
	if (zeros || (fit && table->n))
		return 0;
	if (!table->n)
		return err_usage(e,
				 "%s: is too small: it has %llu bytes (%s), what is in %s ends at "
				 "%llu (%s)",
				 d->path, (unsigned long long)d->size, size_show(d->size).s, name,
				 end, size_show(end).s);
	return err_usage(e,
			 "%s: is smaller (%llu bytes) than the disk in %s (%llu), but no partition "
			 "reaches beyond %llu: --fit leaves the end out",
			 d->path, (unsigned long long)d->size, name, size, end);
}
