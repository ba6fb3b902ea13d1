// SPDX-License-Identifier: GPL-2.0-or-later
// Choose one of a list. No buttons of its own: Enter takes the row, Esc goes back.
#include "box/state.h"

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)width;
	list_size(b, rows, cols, 0);
}

static void draw(struct box *b, struct area a)
{
	list_draw(b, a, NULL);
}

static void result(struct box *b, const struct box_format *f, struct buf *out)
{
	if (b->chosen < b->n_items)
		box_word(out, b->items[b->chosen].tag, f->quoted);
}

const struct box_ops box_menu = {
	.name = "menu",
	.hint = "↑↓ choose   Enter go   Esc back",
	.setup = list_setup,
	.size = size,
	.draw = draw,
	.key = list_key,
	.result = result,
};
