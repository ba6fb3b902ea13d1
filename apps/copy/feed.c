// SPDX-License-Identifier: GPL-2.0-or-later
// What all feeds need.
#include "copy/feed.h"

#include "base/buf.h"

void block_add(struct block *b, const struct piece *p)
{
	if (b->n == b->cap) {
		b->cap = b->cap ? b->cap * 2 : 16;
		b->piece = mem_grow(b->piece, b->cap, sizeof *b->piece);
	}
	b->piece[b->n++] = *p;
}

bool feed_is_fatal(int num)
{
	static const int fatal[] = { 0,	    ENODEV, ENXIO,  ENOMEDIUM, ESHUTDOWN,
				     EBADF, EINVAL, EFAULT, ENOMEM };

	for (size_t i = 0; i < sizeof fatal / sizeof *fatal; i++)
		if (num == fatal[i])
			return true;
	return false;
}
