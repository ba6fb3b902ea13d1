// SPDX-License-Identifier: GPL-2.0-or-later
// A text and how far it has got. The caller moves it: b->update, or box_show again.
#include "box/meter.h"

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)b;
	*rows = 1;
	*cols = METER_COLS < width ? METER_COLS : width;
}

static void draw(struct box *b, struct area a)
{
	meter_draw(a, b->percent);
}

const struct box_ops box_gauge = {
	.name = "gauge",
	.hint = "",
	.size = size,
	.draw = draw,
	.key = meter_key,
};
