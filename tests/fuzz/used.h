// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of used maps: what must hold of any of them.
#ifndef TESTS_FUZZ_USED_H
#define TESTS_FUZZ_USED_H

#include "fsmap/fsmap.h"
#include "sparse.h"

// The ranges cover the source without a gap, and neighbours differ.
static inline void check_map(const struct map *m, const struct src *s)
{
	uint64_t at = 0;

	for (size_t i = 0; i < m->n; at += m->r[i++].len)
		if (m->r[i].off != at || m->r[i].len == 0 ||
		    (i > 0 && m->r[i].state == m->r[i - 1].state))
			__builtin_trap();
	if (at != s->size)
		__builtin_trap();
}

static inline int ask_used(const struct fs_ops *fs, const uint8_t *data, size_t len)
{
	struct sparse f = sparse_file(data, len);
	struct map used MAP_AUTO = { 0 };
	char why[160] = "";
	struct fs_info i;

	if (fs->probe(&f.src, &i, NULL) != 1)
		return 0;
	map_init(&used, f.src.size, MAP_TODO);
	fs->used(&f.src, &used, why, sizeof(why), NULL);
	check_map(&used, &f.src);
	return 0;
}

#endif
