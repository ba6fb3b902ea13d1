// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks are given to what. Everything goes forward, once: a place that was passed is not
// looked at again.
#include <stdlib.h>

#include "base/buf.h"
#include "newfs/build.h"

#define WINDOW 256 // blocks, 1 MiB

// The first free run at or behind `from`, cut to n blocks.
static errcode_t free_run(ext2_filsys fs, blk64_t from, uint64_t n, blk64_t *first, uint64_t *got)
{
	blk64_t last = ext2fs_blocks_count(fs->super) - 1, end;
	errcode_t code;

	if (from > last)
		return ENOENT;
	code = ext2fs_find_first_zero_block_bitmap2(fs->block_map, from, last, first);
	if (code)
		return code;
	if (n > last - *first + 1)
		n = last - *first + 1;
	code = ext2fs_find_first_set_block_bitmap2(fs->block_map, *first, *first + n - 1, &end);
	*got = code ? n : end - *first;
	return code == ENOENT ? 0 : code;
}

static errcode_t take(struct build *b, blk64_t *block)
{
	uint64_t got;
	errcode_t code;

	while (b->window == b->window_end) {
		code = free_run(b->fs, b->next, WINDOW, &b->window, &got);
		if (code)
			return code;
		b->next = b->window_end = b->window + got;
	}
	*block = b->window++;
	return 0;
}

errcode_t block_for_library(ext2_filsys fs, blk64_t goal, blk64_t *block)
{
	errcode_t code = take(fs->priv_data, block);

	(void)goal;
	return code == ENOENT ? EXT2_ET_BLOCK_ALLOC_FAIL : code;
}

int block_take(struct build *b, blk64_t *block, struct err *e)
{
	if (take(b, block))
		return build_full(b, e);
	ext2fs_block_alloc_stats2(b->fs, *block, +1);
	return 0;
}

// A run of at most n blocks for contents, the next there is.
static int run_take(struct build *b, uint64_t n, blk64_t *first, uint64_t *got, struct err *e)
{
	if (free_run(b->fs, b->next, n, first, got))
		return build_full(b, e);
	b->next = *first + *got;
	ext2fs_block_alloc_stats_range(b->fs, *first, (blk_t)*got, +1);
	return 0;
}

void spans_put(struct spans *r, uint64_t at, uint64_t to, uint64_t n)
{
	struct span *last = r->n ? &r->v[r->n - 1] : NULL;

	if (last && last->at + last->n == at && last->to + last->n == to) {
		last->n += n;
		return;
	}
	if (r->n == r->cap) {
		r->cap = r->cap ? r->cap * 2 : 8;
		r->v = mem_grow(r->v, r->cap, sizeof *r->v);
	}
	r->v[r->n++] = (struct span){ at, to, n };
}

int spans_add(struct build *b, struct spans *r, uint64_t at, uint64_t n, struct err *e)
{
	blk64_t first;
	uint64_t got;

	for (; n; at += got, n -= got) {
		// the library counts a run's blocks in 32 bits
		if (run_take(b, n < 1u << 30 ? n : 1u << 30, &first, &got, e))
			return -1;
		spans_put(r, at, first, got);
	}
	return 0;
}

// --- into an inode

#define EXTENT_MAX 32768

static int by_extents(struct build *b, struct node *x, struct err *e)
{
	ext2_extent_handle_t h;
	errcode_t code = ext2fs_extent_open2(b->fs, x->ino, EXT2_INODE(&x->i), &h);

	if (code)
		return build_fail(e, code, "begin a list of extents");
	for (size_t i = 0; i < x->spans.n && !code; i++)
		for (uint64_t k = 0; k < x->spans.v[i].n && !code; k += EXTENT_MAX) {
			uint64_t left = x->spans.v[i].n - k;
			struct ext2fs_extent extent = {
				.e_lblk = x->spans.v[i].at + k,
				.e_pblk = x->spans.v[i].to + k,
				.e_len = (uint32_t)(left < EXTENT_MAX ? left : EXTENT_MAX),
				.e_flags = EXT2_EXTENT_FLAGS_LEAF,
			};

			code = ext2fs_extent_insert(h, EXT2_EXTENT_INSERT_AFTER, &extent);
			if (!code)
				code = ext2fs_extent_fix_parents(h);
		}
	ext2fs_extent_free(h);
	if (code == EXT2_ET_BLOCK_ALLOC_FAIL)
		return build_full(b, e);
	return code ? build_fail(e, code, "write a list of extents") : 0;
}

struct lists {
	struct build *b;
	const struct spans *spans;
	size_t i;	 // the run that holds the next block or comes behind it
	uint64_t blocks; // lists made
	struct err *e;
};

// Where the file's block lies; 0: a hole. Asked in order.
static uint64_t lies_at(struct lists *l, uint64_t at)
{
	const struct span *r;

	while (l->i < l->spans->n && l->spans->v[l->i].at + l->spans->v[l->i].n <= at)
		l->i++;
	r = l->i < l->spans->n ? &l->spans->v[l->i] : NULL;
	return r && at >= r->at ? r->to + (at - r->at) : 0;
}

static bool empty(struct lists *l, uint64_t at, uint64_t n)
{
	lies_at(l, at);
	return l->i == l->spans->n || l->spans->v[l->i].at >= at + n;
}

// The list that covers n blocks from at on; *to stays 0 where there are none.
static int list(struct lists *l, unsigned level, uint64_t at, uint64_t n, uint32_t *to)
{
	uint64_t per = l->b->fs->blocksize / 4, part = n / per;
	uint32_t *entries;
	blk64_t block;
	errcode_t code;
	int rc = 0;

	if (empty(l, at, n))
		return 0;
	if (block_take(l->b, &block, l->e))
		return -1;
	*to = (uint32_t)block;
	l->blocks++;
	entries = mem_zero(per, sizeof *entries);
	for (uint64_t i = 0; i < per && !rc; i++) {
		if (level)
			rc = list(l, level - 1, at + i * part, part, &entries[i]);
		else
			entries[i] = (uint32_t)lies_at(l, at + i);
	}
	code = rc ? 0 : io_channel_write_blk64(l->b->fs->io, block, 1, entries);
	free(entries);
	return code ? build_fail(l->e, code, "write a list of blocks") : rc;
}

static int by_lists(struct build *b, struct node *x, struct err *e)
{
	struct lists l = { .b = b, .spans = &x->spans, .e = e };
	uint64_t at = EXT2_NDIR_BLOCKS, n = b->fs->blocksize / 4;
	const struct span *last = &x->spans.v[x->spans.n - 1];

	for (unsigned i = 0; i < EXT2_NDIR_BLOCKS; i++)
		x->i.i_block[i] = (uint32_t)lies_at(&l, i);
	for (unsigned level = 0; level < 3; level++) {
		if (list(&l, level, at, n, &x->i.i_block[EXT2_NDIR_BLOCKS + level]))
			return -1;
		at += n;
		n *= b->fs->blocksize / 4;
	}
	if (last->at + last->n > at)
		return err_set(e, EFBIG, "new file system: a file reaches beyond its %llu blocks",
			       (unsigned long long)at);
	ext2fs_iblk_add_blocks(b->fs, EXT2_INODE(&x->i), l.blocks);
	return 0;
}

int spans_write(struct build *b, struct node *x, struct err *e)
{
	if (!x->spans.n)
		return 0;
	for (size_t i = 0; i < x->spans.n; i++)
		ext2fs_iblk_add_blocks(b->fs, EXT2_INODE(&x->i), x->spans.v[i].n);
	return ext2fs_has_feature_extents(b->fs->super) ? by_extents(b, x, e) : by_lists(b, x, e);
}
