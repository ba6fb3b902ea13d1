// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef BOX_GAUGE_H
#define BOX_GAUGE_H

#include "box/box.h"

#define GAUGE_COLS 60

// One row: a bar and the figure behind it.
void gauge_draw(struct area a, int percent);
int gauge_key(struct box *b, int key);

#endif
