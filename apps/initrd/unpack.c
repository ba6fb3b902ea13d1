// SPDX-License-Identifier: GPL-2.0-or-later
#include "initrd/unpack.h"

static const struct unpack_ops *const ways[] = {
#define X(n) &unpack_##n,
#include "initrd/list.h"
#undef X
};

const struct unpack_ops *unpack_find(struct view v)
{
	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (ways[i]->mine(v))
			return ways[i];
	return NULL;
}
