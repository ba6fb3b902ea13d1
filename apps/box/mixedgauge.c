// SPDX-License-Identifier: GPL-2.0-or-later
// A gauge over a list of steps. An item's tag is the step, its text how it went: "Done", "62 %".
#include "box/meter.h"

#include <string.h>

static void size(struct box *b, int width, int *rows, int *cols)
{
	*rows = (int)b->n_items + 2;
	*cols = METER_COLS < width ? METER_COLS : width;
}

static void draw(struct box *b, struct area a)
{
	for (size_t i = 0; i < b->n_items && (int)i < a.rows - 1; i++) {
		const char *text = b->items[i].text ? b->items[i].text : "";
		int cols = text_columns(text, strlen(text));

		if (b->items[i].tag)
			area_text(area_part(a, (int)i, 0, 1, a.cols - cols - 1), 0, 0, THEME_TEXT,
				  b->items[i].tag);
		area_text(a, (int)i, a.cols - cols, THEME_STRONG, text);
	}
	meter_draw(area_part(a, a.rows - 1, 0, 1, a.cols), b->percent);
}

const struct box_ops box_mixedgauge = {
	.name = "mixedgauge",
	.hint = "",
	.size = size,
	.draw = draw,
	.key = meter_key,
};
