// SPDX-License-Identifier: GPL-2.0-or-later
// The store of a work disk: what is taken must lie on the disk and in the
// store.
#include <stdlib.h>

#include "memory.h"
#include "work/cow.h"

#define DISK (4u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory store = memory_disk(data, len, len < 65536 ? 65536 : len);
	struct memory disk = memory_disk(data, len, DISK);
	struct map m MAP_AUTO = { 0 };
	struct cow c;

	if (cow_read(&c, &store.src, DISK, NULL))
		return 0;
	for (size_t i = 0; i < c.n; i++)
		if (c.c[i].old * c.chunk >= DISK || (i && c.c[i].old <= c.c[i - 1].old) ||
		    c.c[i].new *c.chunk >= store.src.size)
			abort();
	cow_changes(&c, &store.src, &disk.src, &m, NULL, NULL, NULL);
	cow_free(&c);
	return 0;
}
