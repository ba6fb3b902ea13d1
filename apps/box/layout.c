// SPDX-License-Identifier: GPL-2.0-or-later
// Where the parts of a box go. From top to bottom: text, body, the text below, buttons, with
// blank lines between them as long as there is room; when there is not, the blank lines go first,
// then the body shrinks, then the texts.
#include "box/state.h"

#include <string.h>

// A text is not wrapped wider than this by itself: long lines read badly.
#define READABLE 72
#define LEAST_BODY 3

static int least(int a, int b)
{
	return a < b ? a : b;
}
static int most(int a, int b)
{
	return a > b ? a : b;
}

static int buttons_cols(const struct box *b)
{
	int cols = 0;

	for (const struct box_button *x = box_buttons(b); x && x->label; x++)
		cols += text_columns(x->label, strlen(x->label)) + 4 + (cols ? 3 : 0);
	return cols;
}

static void wrap_texts(struct box *b, int width)
{
	wrap_free(&b->state->text);
	wrap_free(&b->state->below);
	wrap_text(&b->state->text, b->text, width);
	wrap_text(&b->state->below, b->below, width);
}

// Columns of the frame, given those of the screen.
static int frame_cols(struct box *b, int screen)
{
	int body_rows = 0, body = 0, title;

	if (b->cols > 0)
		return least(b->cols, screen);
	if (b->cols == BOX_MAX)
		return screen;
	wrap_texts(b, least(screen - 4, READABLE));
	if (b->kind->size)
		b->kind->size(b, screen - 4, &body_rows, &body);
	title = b->title ? text_columns(b->title, strlen(b->title)) + 4 : 0;
	if (b->title_right)
		title += text_columns(b->title_right, strlen(b->title_right)) + 4;
	body = most(most(body, buttons_cols(b)), most(b->state->text.cols, b->state->below.cols));
	return least(most(body, title) + 4, screen);
}

// Takes up to n rows off *from into *rest until nothing is missing.
static void give_up(int *missing, int *from, int keep)
{
	int n = least(*missing, *from - keep);

	if (n > 0) {
		*from -= n;
		*missing -= n;
	}
}

struct heights {
	int lead, text, gap, body, gap_below, below, gap_buttons, buttons;
};

static int heights_sum(const struct heights *h)
{
	return h->lead + h->text + h->gap + h->body + h->gap_below + h->below + h->gap_buttons +
	       h->buttons;
}

// Makes the heights fit into rows (of the inside).
static void squeeze(struct heights *h, int rows, bool body)
{
	int missing = heights_sum(h) - rows;

	if (body)
		give_up(&missing, &h->body, most(least(h->body, 2 * LEAST_BODY), 1));
	give_up(&missing, &h->lead, 0);
	give_up(&missing, &h->gap_buttons, 0);
	give_up(&missing, &h->gap_below, 0);
	give_up(&missing, &h->gap, 0);
	if (body)
		give_up(&missing, &h->body, least(h->body, LEAST_BODY));
	give_up(&missing, &h->below, 0);
	give_up(&missing, &h->text, body ? 0 : 1);
	give_up(&missing, &h->body, 0);
	give_up(&missing, &h->text, 0);
	give_up(&missing, &h->buttons, 0);
}

struct box_parts box_lay(const struct box_env *env, struct box *b, struct area screen)
{
	bool top = env->left || env->right;
	struct area room = area_part(screen, top, 0, screen.rows - top - !env->bare, screen.cols);
	int cols = frame_cols(b, room.cols), rows, body_cols = 0, spare, at, left;
	struct heights h = { 0 };
	bool all;
	struct box_parts p;
	struct area in;

	wrap_texts(b, cols - 4);
	if (b->kind->size)
		b->kind->size(b, cols - 4, &h.body, &body_cols);
	all = h.body == BOX_MAX;
	h.text = (int)b->state->text.n;
	h.below = (int)b->state->below.n;
	h.body = all ? LEAST_BODY : h.body;
	h.gap = h.text && h.body;
	h.gap_below = h.below && (h.text || h.body);
	h.buttons = box_count_buttons(b) > 0;
	h.gap_buttons = h.buttons;
	rows = b->rows == BOX_MAX || (all && !b->rows) ? room.rows
	       : b->rows			       ? least(b->rows, room.rows)
						       : least(heights_sum(&h) + 2, room.rows);
	spare = rows - 2 - heights_sum(&h);
	if (all && spare > 0)
		h.body += spare;
	else if (spare > 2 && b->rows == BOX_MAX)
		h.lead = 1;
	squeeze(&h, rows - 2, b->kind->size != NULL);

	at = b->row ? b->row - 1 - top : (room.rows - rows) / 2;
	left = b->col ? b->col - 1 : (room.cols - cols) / 2;
	at = most(least(at, room.rows - rows), 0);
	left = most(least(left, room.cols - cols), 0);
	p.frame = area_part(room, at, left, rows, cols);
	b->frame_rows = p.frame.rows;
	b->frame_cols = p.frame.cols;
	in = area_part(p.frame, 1 + h.lead, 2, rows - 2 - h.lead, cols - 4);
	p.text = area_part(in, 0, 0, h.text, in.cols);
	p.body = area_part(in, h.text + h.gap, 0, h.body, in.cols);
	at = h.text + h.gap + h.body + h.gap_below;
	p.below = area_part(in, at, 0, h.below, in.cols);
	p.buttons = area_part(in, in.rows - h.buttons, 0, h.buttons, in.cols);
	scroll_fit(&b->state->text_view, (int)b->state->text.n, h.text);
	return p;
}
