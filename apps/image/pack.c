// SPDX-License-Identifier: GPL-2.0-or-later
// The names of the packings.
#include "image/pack.h"

#include <string.h>

static const char *const names[] = {
	[PACK_NONE] = "none",
	[PACK_DEFLATE] = "deflate",
	[PACK_ZLIB] = "deflate", // no choice of the operator's
	[PACK_ZSTD] = "zstd",
};

const char *packing_name(enum packing p)
{
	return names[p];
}

bool packing_find(const char *name, enum packing *p)
{
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i], name)) {
			*p = (enum packing)i;
			return true;
		}
	return false;
}
