// SPDX-License-Identifier: GPL-2.0-or-later
// Mapfiles: what is taken must cover its size without a gap, and say the same when it is written
// and read again.
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void whole(const struct map *m)
{
	uint64_t at = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->r[i].off != at || (i && m->r[i].state == m->r[i - 1].state))
			abort();
		at += m->r[i].len;
	}
	if (at != m->size)
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct map m MAP_AUTO = { 0 }, again MAP_AUTO = { 0 };
	FILE *f = len ? fmemopen((void *)(uintptr_t)data, len, "r") : NULL;
	int rc = f ? map_read(&m, f, "fuzz", NULL) : -1;
	char *text = NULL;
	size_t n;

	if (f)
		fclose(f);
	if (rc)
		return 0;
	whole(&m);
	f = open_memstream(&text, &n);
	map_write(&m, f, "again", NULL);
	fclose(f);
	f = fmemopen(text, n, "r");
	if (map_read(&again, f, "again", NULL) || again.n != m.n || again.size != m.size)
		abort();
	fclose(f);
	free(text);
	return 0;
}
