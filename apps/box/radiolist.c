// SPDX-License-Identifier: GPL-2.0-or-later
// Choose exactly one of a list. Space takes the row with the cursor.
#include "box/buttons.h"
#include "box/state.h"

static const char *mark(const struct box_item *item)
{
	return item->on ? "(•)" : "( )";
}

// Only the first that is on stays on.
static void setup(struct box *b)
{
	bool found = false;

	for (size_t i = 0; i < b->n_items; i++) {
		if (b->items[i].on && !found && !b->from_start)
			b->chosen = i;
		b->items[i].on &= !found;
		found |= b->items[i].on;
	}
	list_setup(b);
}

static void size(struct box *b, int width, int *rows, int *cols)
{
	(void)width;
	list_size(b, rows, cols, 4);
}

static void draw(struct box *b, struct area a)
{
	list_draw(b, a, mark);
}

static int key(struct box *b, int k)
{
	if (k != ' ')
		return list_key(b, k);
	for (size_t i = 0; i < b->n_items; i++)
		b->items[i].on = i == b->chosen;
	return BOX_STAY;
}

static void result(struct box *b, const struct box_format *f, struct buf *out)
{
	for (size_t i = 0; i < b->n_items; i++)
		if (b->items[i].on)
			box_word(out, b->items[i].tag, f->quoted);
}

const struct box_ops box_radiolist = {
	.name = "radiolist",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "↑↓ move   Space take   Enter done   Esc back",
	.setup = setup,
	.size = size,
	.draw = draw,
	.key = key,
	.result = result,
};
