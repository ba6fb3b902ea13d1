// SPDX-License-Identifier: GPL-2.0-or-later
// Free content: the caller draws the body and may take keys; text, buttons and frame as in every
// box.
#include "box/box.h"

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)width;
	*rows = b->rows ? BOX_MAX : b->canvas_rows;
	*cols = b->canvas_cols;
}

static void draw(struct box *b, struct area a)
{
	b->canvas(b, a);
}

static int key(struct box *b, int k)
{
	return b->canvas_key ? b->canvas_key(b, k) : BOX_PASS;
}

const struct box_ops box_canvas = {
	.name = "canvas",
	.hint = "Tab buttons   Enter go   Esc back",
	.size = size,
	.draw = draw,
	.key = key,
};
