// SPDX-License-Identifier: GPL-2.0-or-later
// What inputbox and passwordbox have in common.
#ifndef BOX_INPUT_H
#define BOX_INPUT_H

#include "box/state.h"

void input_setup(struct box *b);
void input_size(struct box *b, int width, int *rows, int *cols);
int input_key(struct box *b, int key);
void input_result(struct box *b, const struct box_format *f, struct buf *out);

#endif
