// SPDX-License-Identifier: GPL-2.0-or-later
// Goes on by itself after b->seconds unless somebody says otherwise.
#include "base/clock.h"
#include "box/buttons.h"
#include "box/state.h"

static int64_t left_ms(const struct box *b)
{
	int64_t left = b->state->end_ms - now_ms();

	return left > 0 ? left : 0;
}

static int tick(struct box *b)
{
	return left_ms(b) ? BOX_STAY : BOX_OK;
}

static void setup(struct box *b)
{
	b->state->end_ms = now_ms() + b->seconds * 1000LL;
	b->update = tick;
	b->update_ms = 200;
}

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)b;
	*rows = 1;
	*cols = width < 40 ? width : 40;
}

static void draw(struct box *b, struct area a)
{
	unsigned long long left = (unsigned long long)left_ms(b);

	area_bar(area_part(a, 0, 0, 1, a.cols - 6), 0, left, b->seconds * 1000ull);
	area_printf(a, 0, a.cols - 5, THEME_STRONG, "%3llu s", (left + 999) / 1000);
}

const struct box_ops box_pause = {
	.name = "pause",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "Enter now   Esc back",
	.setup = setup,
	.size = size,
	.draw = draw,
};
