// SPDX-License-Identifier: GPL-2.0-or-later
// Drawing what all boxes have: frame, texts, buttons, the mark of a longer list, an edit line.
#include "box/state.h"

#include <string.h>

#include "term/utf8.h"

const struct box_button *box_buttons(const struct box *b)
{
	return b->buttons ? b->buttons : b->kind->buttons;
}

int box_count_buttons(const struct box *b)
{
	const struct box_button *x = box_buttons(b);
	int n = 0;

	while (x && x[n].label)
		n++;
	return n;
}

int box_pressed(const struct box *b)
{
	int n = box_count_buttons(b);

	if (b->state->in_field || b->button < 0 || b->button >= n)
		return BOX_OK;
	return box_buttons(b)[b->button].answer;
}

static int lower(int c)
{
	return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

// The place of a button's hotkey in its label: the first letter that no button before it has taken.
static int letter_at(const struct box *b, int button)
{
	const char *label = box_buttons(b)[button].label;

	for (int i = 0; label[i]; i++) {
		bool free = lower(label[i]) >= 'a' && lower(label[i]) <= 'z';

		for (int k = 0; free && k < button; k++) {
			int taken = letter_at(b, k);

			free = taken < 0 ||
			       lower(box_buttons(b)[k].label[taken]) != lower(label[i]);
		}
		if (free)
			return i;
	}
	return -1;
}

int box_button_by_letter(const struct box *b, int key)
{
	for (int i = 0; i < box_count_buttons(b); i++) {
		int at = letter_at(b, i);

		if (at >= 0 && lower(box_buttons(b)[i].label[at]) == lower(key))
			return i;
	}
	return -1;
}

static void draw_buttons(struct box *b, struct area a)
{
	const struct box_button *x = box_buttons(b);
	int n = box_count_buttons(b), cols = 0, col, gap = 3;

	for (int i = 0; i < n; i++)
		cols += text_columns(x[i].label, strlen(x[i].label)) + 4;
	while (gap > 1 && cols + gap * (n - 1) > a.cols)
		gap--;
	col = (a.cols - cols - gap * (n - 1)) / 2;
	for (int i = 0; i < n; i++) {
		bool lit = i == b->button && !b->state->in_field;
		enum theme_role role = lit ? THEME_BUTTON_ON : THEME_BUTTON;
		int start = col > 0 ? col : 0, at = letter_at(b, i);

		// the markers tell which one is lit where there is no reverse video
		col = start + area_text(a, 0, start, role, lit ? "[►" : "[ ");
		col += area_text(a, 0, col, role, x[i].label);
		col += area_text(a, 0, col, role, lit ? "◄]" : " ]");
		if (at >= 0 && !lit)
			area_textn(a, 0, start + 2 + text_columns(x[i].label, at), THEME_LETTER,
				   x[i].label + at, 1);
		col += gap;
	}
}

void box_draw_text(struct area a, enum theme_role role, const char *s, const struct wrap *w,
		   int top)
{
	struct style plain = area_style(a, role), style = plain;
	size_t at = 0, used;

	for (int row = 0; row < a.rows && (size_t)(top + row) < w->n; row++) {
		const struct wrap_line *line = &w->lines[top + row];
		size_t end = line->off + line->len;
		int col = 0;

		while (at < end) {
			uint32_t c = utf8_decode(s + at, end - at, &used);

			if (c == MARK && at + 1 < end) {
				style = style_mark(&a.grid->caps, style, plain, s[at + 1]);
				used = 2;
			} else if (at >= line->off) {
				col += area_put(a, row, col, c == '\t' ? ' ' : c, style);
			}
			at += used;
		}
	}
}

void box_draw_more(struct area a, const struct scroll *s)
{
	struct style style = area_style(a, THEME_DIM);

	if (s->top > 0)
		area_put(a, 0, a.cols - 1, 0x25B2, style);
	if (s->top + s->page < s->n)
		area_put(a, a.rows - 1, a.cols - 1, 0x25BC, style);
}

void box_draw_edit(struct area a, struct edit *e, bool active, char hide)
{
	enum theme_role role = active ? THEME_FIELD_ON : THEME_FIELD;
	int col = edit_view(e, a.cols);
	struct area line = area_part(a, 0, 0, 1, a.cols);

	area_fill(line, a.grid->caps.attrs ? ' ' : '_', role);
	if (hide) {
		size_t used, stars = 0;

		col = 0;
		for (size_t i = e->from; i < e->len; i += used, stars++) {
			utf8_decode(e->text + i, e->len - i, &used);
			col += i < e->cur;
		}
		if (hide == BOX_HIDE_ALL)
			col = 0;
		for (size_t i = 0; hide != BOX_HIDE_ALL && i < stars; i++)
			area_put(line, 0, (int)i, (uint32_t)hide, area_style(a, role));
	} else {
		area_textn(line, 0, 0, role, e->text + e->from, e->len - e->from);
	}
	if (active)
		area_cursor(line, 0, col);
}

void box_draw_parts(struct box *b, const struct box_parts *p)
{
	area_fill(p->frame, ' ', THEME_TEXT);
	area_frame(p->frame, b->title, b->title_right);
	if (p->text.rows) {
		box_draw_text(p->text, THEME_TEXT, b->text, &b->state->text,
			      b->state->text_view.top);
		box_draw_more(p->text, &b->state->text_view);
	}
	if (p->below.rows)
		box_draw_text(p->below, THEME_TEXT, b->below, &b->state->below, 0);
	if (p->body.rows && b->kind->draw)
		b->kind->draw(b, p->body);
	if (p->buttons.rows)
		draw_buttons(b, p->buttons);
}
