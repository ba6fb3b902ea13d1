// SPDX-License-Identifier: GPL-2.0-or-later
// What gauge and mixedgauge have in common.
#ifndef BOX_METER_H
#define BOX_METER_H

#include "box/box.h"

#define METER_COLS 60

// One row: a bar and the figure behind it.
void meter_draw(struct area a, int percent);
// Nothing to press; only Esc means something, and what it means is the caller's business.
int meter_key(struct box *b, int key);

#endif
