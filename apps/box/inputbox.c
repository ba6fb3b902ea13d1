// SPDX-License-Identifier: GPL-2.0-or-later
// Type one line. The text starts as b->init; b->value is what stands there.
#include "box/input.h"

#include "box/buttons.h"

static void draw(struct box *b, struct area a)
{
	box_draw_edit(a, &b->state->edits[0], b->state->in_field, 0);
}

const struct box_ops box_inputbox = {
	.name = "inputbox",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "Type, then Enter   Tab buttons   Esc back",
	.setup = input_setup,
	.size = input_size,
	.draw = draw,
	.key = input_key,
	.result = input_result,
};
