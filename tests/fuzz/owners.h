// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets that ask whose missing bytes are: some sectors of the input are missing, as its
// flags say.
#ifndef TESTS_FUZZ_OWNERS_H
#define TESTS_FUZZ_OWNERS_H

#include "fsmap/fsmap.h"
#include "sparse.h"

static inline void check_loss(const struct fs_loss *l, uint64_t missing)
{
	if (l->contents + l->metadata + l->free + l->unknown != missing || l->n > FS_LOST_MAX)
		__builtin_trap();
	for (size_t k = 0; k < l->n; k++)
		if (!l->v[k].path[0] || (k > 0 && l->v[k - 1].inode >= l->v[k].inode))
			__builtin_trap();
}

static inline int ask_owners(struct sparse *f)
{
	struct map have MAP_AUTO = { 0 };
	struct fs_loss loss;

	map_init(&have, f->src.size, MAP_DONE);
	for (size_t k = 0; k < f->pieces; k++)
		if (f->flags >> k % 8 & 1)
			map_set(&have, f->piece[k].off + k % 5 * 512, 512, MAP_BAD);
	map_set(&have, f->src.size / 2, f->src.size / 16, MAP_BAD);
	fs_owners(&f->src, &have, NULL, &loss);
	check_loss(&loss, have.size - map_count(&have, MAP_DONE));
	fs_loss_free(&loss);
	return 0;
}

#endif
