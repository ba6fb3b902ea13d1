// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/meter.h"

void meter_draw(struct area a, int percent)
{
	int shown = percent < 0 ? 0 : percent > 100 ? 100 : percent;

	area_bar(area_part(a, 0, 0, 1, a.cols - 6), 0, (uint64_t)shown, 100);
	area_printf(a, 0, a.cols - 5, THEME_STRONG, "%3d %%", shown);
}

int meter_key(struct box *b, int key)
{
	(void)b;
	return key == KEY_ESC || key == KEY_CTRL('c') ? BOX_PASS : BOX_STAY;
}
