// SPDX-License-Identifier: GPL-2.0-or-later
// Several lines to type, each with a label. Up and Down walk the fields, Tab goes on to the
// buttons.
#include "box/buttons.h"
#include "box/state.h"

#include <string.h>

#include "term/utf8.h"

#define LEAST_FIELD 20
#define USUAL_FIELD 36

static bool can_edit(const struct box *b, size_t i)
{
	return b->fields[i].kind == BOX_FIELD_TEXT || b->fields[i].kind == BOX_FIELD_SECRET;
}

// The next field from i in the direction that can be edited; n_fields when there is none.
static size_t next_field(const struct box *b, size_t i, int by)
{
	for (; i < b->n_fields; i += (size_t)by) // below 0 wraps to beyond the end
		if (can_edit(b, i))
			return i;
	return b->n_fields;
}

static void take_values(struct box *b)
{
	for (size_t i = 0; i < b->n_fields; i++)
		b->fields[i].value = b->state->edits[i].text;
}

static void setup(struct box *b)
{
	size_t first;

	b->state->edits = mem_zero(b->n_fields + 1, sizeof *b->state->edits);
	b->state->n_edits = b->n_fields;
	for (size_t i = 0; i < b->n_fields; i++)
		edit_init(&b->state->edits[i], b->fields[i].init,
			  b->fields[i].max > 0 ? (size_t)b->fields[i].max : 0);
	for (size_t i = 0; b->from_start && i < b->n_fields; i++)
		b->state->edits[i].cur = 0;
	take_values(b);
	first = next_field(b, b->field < b->n_fields ? b->field : 0, 1);
	if (first == b->n_fields)
		first = next_field(b, 0, 1);
	b->state->has_field = first < b->n_fields;
	b->state->in_field = first < b->n_fields && b->button <= 0;
	b->field = first < b->n_fields ? first : 0;
}

static int label_cols(const struct box *b)
{
	int cols = 0;

	for (size_t i = 0; i < b->n_fields; i++) {
		const char *label = b->fields[i].label ? b->fields[i].label : "";
		int c = text_columns(label, strlen(label));

		cols = c > cols ? c : cols;
	}
	return cols;
}

struct place {
	int label_row, label_col, row, col, cols;
};

// Where a field and its label are, from 0, in a form width columns wide.
static struct place place(const struct box *b, size_t i, int width)
{
	const struct box_field *f = &b->fields[i];
	struct place p = { f->label_row - 1, f->label_col - 1, f->row - 1, f->col - 1, f->cols };

	if (!f->row) {
		p = (struct place){ (int)i, 0, (int)i, label_cols(b) + 2, 0 };
		p.cols = width - p.col;
	}
	return p;
}

static void size(struct box *b, int width, int *rows, int *cols)
{
	*rows = *cols = 0;
	for (size_t i = 0; i < b->n_fields; i++) {
		struct place p = place(b, i, width);
		int end = p.col + (b->fields[i].row ? p.cols : USUAL_FIELD);
		int last = p.row > p.label_row ? p.row : p.label_row;

		*rows = last + 1 > *rows ? last + 1 : *rows;
		*cols = end > *cols ? end : *cols;
	}
	if (b->list_rows > 0 && b->list_rows < *rows)
		*rows = b->list_rows;
	*cols = *cols < LEAST_FIELD ? LEAST_FIELD : *cols + 1;
}

static void draw_field(struct box *b, struct area a, size_t i, int top)
{
	struct place p = place(b, i, a.cols - 1);
	const struct box_field *f = &b->fields[i];
	struct area cell = area_part(a, p.row - top, p.col, 1, p.cols);
	bool active = b->state->in_field && b->field == i;

	if (p.label_row >= top && f->label)
		area_text(a, p.label_row - top, p.label_col, THEME_TEXT, f->label);
	if (p.row < top || !cell.rows)
		return;
	if (!can_edit(b, i))
		area_text(cell, 0, 0, THEME_STRONG, b->state->edits[i].text);
	else
		box_draw_edit(cell, &b->state->edits[i], active,
			      f->kind != BOX_FIELD_SECRET ? 0
			      : b->stars		  ? '*'
							  : BOX_HIDE_ALL);
}

static void draw(struct box *b, struct area a)
{
	struct scroll *s = &b->state->list;
	int rows, cols, whole = b->list_rows;

	b->list_rows = 0;
	size(b, a.cols, &rows, &cols);
	b->list_rows = whole;
	s->cur = b->field < b->n_fields ? place(b, b->field, a.cols).row : 0;
	scroll_fit(s, rows, a.rows);
	for (size_t i = 0; i < b->n_fields; i++)
		draw_field(b, a, i, s->top);
	box_draw_more(a, s);
}

// To the next field in this direction, or from the last (first) one to the buttons.
static bool step(struct box *b, int by)
{
	size_t next = next_field(b, b->field + (size_t)by, by);

	if (next >= b->n_fields)
		return false;
	b->field = next;
	return true;
}

static int key_in_field(struct box *b, int key)
{
	switch (key) {
	case KEY_UP:
		if (!step(b, -1))
			b->field = next_field(b, b->n_fields - 1, -1);
		return BOX_STAY;
	case KEY_DOWN:
		if (!step(b, 1))
			b->field = next_field(b, 0, 1);
		return BOX_STAY;
	}
	return edit_key(&b->state->edits[b->field], key) ? BOX_STAY : BOX_PASS;
}

static int key(struct box *b, int k)
{
	int answer;

	if (!b->state->in_field)
		return BOX_PASS;
	answer = key_in_field(b, k);
	take_values(b);
	return answer;
}

// One line for each field that is not just a text.
static void result(struct box *b, const struct box_format *f, struct buf *out)
{
	for (size_t i = 0; i < b->n_fields; i++) {
		if (b->fields[i].kind == BOX_FIELD_SHOWN)
			continue;
		box_word(out, b->fields[i].value, f->quoted);
		buf_puts(out, f->separator ? f->separator : "\n");
	}
}

const struct box_ops box_form = {
	.name = "form",
	.buttons = BUTTONS_OK_CANCEL,
	.hint = "↑↓ fields   Tab buttons   Enter done   Esc back",
	.setup = setup,
	.size = size,
	.draw = draw,
	.key = key,
	.result = result,
};
