// SPDX-License-Identifier: GPL-2.0-or-later
// Choose any of a list. Space turns a row on and off.
#include "box/buttons.h"
#include "box/state.h"

static const char *mark(const struct box_item *item)
{
	return item->on ? "[x]" : "[ ]";
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
	if (b->chosen < b->n_items && !b->items[b->chosen].off)
		b->items[b->chosen].on = !b->items[b->chosen].on;
	return BOX_STAY;
}

static void result(struct box *b, const struct box_format *f, struct buf *out)
{
	const char *end = !f->separate ? "" : f->separator ? f->separator : "\n";
	bool first = true;

	for (size_t i = 0; i < b->n_items; i++) {
		if (!b->items[i].on)
			continue;
		// a separator of one's own stands before the first one too: so does dialog(1)
		if (!f->separate && (f->separator || !first))
			buf_puts(out, f->separator ? f->separator : " ");
		box_word(out, b->items[i].tag, f->quoted || !f->separate);
		buf_puts(out, end);
		first = false;
	}
}

const struct box_ops box_checklist = {
	.name = "checklist",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "↑↓ move   Space on/off   Enter done   Esc back",
	.setup = list_setup,
	.size = size,
	.draw = draw,
	.key = key,
	.result = result,
};
