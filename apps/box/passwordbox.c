// SPDX-License-Identifier: GPL-2.0-or-later
// Type one line that nobody should read over a shoulder.
#include "box/input.h"

#include "box/buttons.h"

static void draw(struct box *b, struct area a)
{
	box_draw_edit(a, &b->state->edits[0], b->state->in_field, b->stars ? '*' : BOX_HIDE_ALL);
}

const struct box_ops box_passwordbox = {
	.name = "passwordbox",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "Type, then Enter   Tab buttons   Esc back",
	.setup = input_setup,
	.size = input_size,
	.draw = draw,
	.key = input_key,
	.result = input_result,
};
