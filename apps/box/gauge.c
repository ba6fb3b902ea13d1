// SPDX-License-Identifier: GPL-2.0-or-later
// A text and how far it has got. The caller moves it: b->update, or box_show again.
#include "box/state.h"

#include "box/gauge.h"

void gauge_draw(struct area a, int percent)
{
	int shown = percent < 0 ? 0 : percent > 100 ? 100 : percent;

	area_bar(area_part(a, 0, 0, 1, a.cols - 6), 0, (uint64_t)shown, 100);
	area_printf(a, 0, a.cols - 5, THEME_STRONG, "%3d %%", shown);
}

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)b;
	*rows = 1;
	*cols = GAUGE_COLS < width ? GAUGE_COLS : width;
}

static void draw(struct box *b, struct area a)
{
	gauge_draw(a, b->percent);
}

// Nothing to press; only Esc means something, and what it means is the caller's business.
int gauge_key(struct box *b, int key)
{
	(void)b;
	return key == KEY_ESC || key == KEY_CTRL('c') ? BOX_PASS : BOX_STAY;
}

const struct box_ops box_gauge = {
	.name = "gauge",
	.hint = "",
	.size = size, .draw = draw, .key = gauge_key,
};
