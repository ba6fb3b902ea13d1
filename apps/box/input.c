// SPDX-License-Identifier: GPL-2.0-or-later
#include "box/input.h"

#define COLS 48

void input_setup(struct box *b)
{
	b->state->edits = mem_zero(1, sizeof *b->state->edits);
	b->state->n_edits = 1;
	b->state->has_field = true;
	b->state->in_field = b->button <= 0;
	edit_init(&b->state->edits[0], b->init, b->max > 0 ? (size_t)b->max : 0);
	b->value = b->state->edits[0].text;
}

void input_size(struct box *b, int width, int *rows, int *cols)
{
	(void)b;
	*rows = 1;
	*cols = COLS < width ? COLS : width;
}

int input_key(struct box *b, int key)
{
	bool taken = b->state->in_field && edit_key(&b->state->edits[0], key);

	b->value = b->state->edits[0].text;
	return taken ? BOX_STAY : BOX_PASS;
}

void input_result(struct box *b, const struct box_format *f, struct buf *out)
{
	(void)f;
	buf_puts(out, b->value);
}
