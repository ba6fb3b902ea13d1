// SPDX-License-Identifier: GPL-2.0-or-later
// Reads a long text (b->content): scrolling as in a pager, / and ? look for a word, n and N
// again. Long lines are wrapped.
#include "box/state.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "box/buttons.h"
#include "term/utf8.h"

#define TAB 8

// Tabs become blanks, carriage returns go.
static char *expand(const char *s)
{
	struct buf out = { 0 };
	size_t n = strlen(s), used;
	int col = 0;

	for (size_t i = 0; i < n; i += used) {
		uint32_t c = utf8_decode(s + i, n - i, &used);

		if (c == '\t') {
			int blanks = TAB - col % TAB;

			buf_printf(&out, "%*s", blanks, "");
			col += blanks;
		} else if (c != '\r') {
			buf_add(&out, s + i, used);
			col = c == '\n' ? 0 : col + utf8_width(c);
		}
	}
	buf_add(&out, "", 0);
	return buf_take(&out);
}

// Takes what the caller has put there; keeps the place, or the end when it follows.
static void take_content(struct box *b)
{
	if (b->state->source == b->content)
		return;
	free(b->state->content);
	b->state->source = b->content;
	b->state->content = expand(b->content ? b->content : "");
	b->state->to_end = b->follow;
}

static void setup(struct box *b)
{
	b->state->edits = mem_zero(1, sizeof *b->state->edits);
	edit_init(&b->state->edits[0], "", 0);
	b->state->n_edits = 1;
}

static void size(struct box *b, int width, int *rows, int *cols)
{
	*cols = width;
	*rows = BOX_MAX;
	take_content(b);
	wrap_free(&b->state->lines);
	wrap_text(&b->state->lines, b->state->content, width - 1);
}

static void draw(struct box *b, struct area a)
{
	struct scroll *s = &b->state->list;
	struct area text = area_part(a, 0, 0, a.rows - 1, a.cols - 1);
	struct area last = area_part(a, a.rows - 1, 0, 1, a.cols);

	scroll_fit(s, (int)b->state->lines.n, text.rows);
	if (b->state->to_end)
		scroll_view_key(s, KEY_END);
	b->state->to_end = false;
	box_draw_text(text, THEME_TEXT, b->state->content, &b->state->lines, s->top);
	if (b->state->searching) {
		area_text(last, 0, 0, THEME_TEXT, b->state->backward ? "?" : "/");
		box_draw_edit(area_part(last, 0, 1, 1, last.cols), &b->state->edits[0], true, 0);
	} else if (s->n > s->page) {
		area_printf(last, 0, last.cols - 6, THEME_DIM, "%4d %%",
			    100 * (s->top + s->page) / s->n);
	}
	box_draw_more(area_part(a, 0, 0, text.rows, a.cols), s);
}

static bool line_has(const struct box *b, int line, const char *what)
{
	const struct wrap_line *l = &b->state->lines.lines[line];
	const char *s = b->state->content + l->off;
	size_t n = strlen(what);

	for (size_t i = 0; n && i + n <= l->len; i++)
		if (!strncasecmp(s + i, what, n))
			return true;
	return false;
}

// To the next line that has the word, round the end.
static void look(struct box *b, bool backward)
{
	struct scroll *s = &b->state->list;

	for (int i = 1; i <= s->n; i++) {
		int line = ((backward ? s->top - i : s->top + i) % s->n + s->n) % s->n;

		if (line_has(b, line, b->state->edits[0].text)) {
			s->cur = s->top = line;
			return;
		}
	}
}

static int key_searching(struct box *b, int key)
{
	if (key == KEY_ENTER || key == KEY_ESC) {
		b->state->searching = false;
		if (key == KEY_ENTER)
			look(b, b->state->backward);
	} else {
		edit_key(&b->state->edits[0], key);
	}
	return BOX_STAY;
}

static int key(struct box *b, int k)
{
	static const struct {
		int from, to;
	} pager[] = {
		{ 'j', KEY_DOWN }, { 'k', KEY_UP },   { ' ', KEY_PGDN },
		{ 'b', KEY_PGUP }, { 'g', KEY_HOME }, { 'G', KEY_END },
	};

	if (b->state->searching)
		return key_searching(b, k);
	for (size_t i = 0; i < sizeof pager / sizeof *pager; i++)
		if (k == pager[i].from)
			k = pager[i].to;
	if (k == '/' || k == '?') {
		b->state->searching = true;
		b->state->backward = k == '?';
		edit_key(&b->state->edits[0], KEY_CTRL('u'));
		return BOX_STAY;
	}
	if (k == 'n' || k == 'N') {
		look(b, b->state->backward != (k == 'N'));
		return BOX_STAY;
	}
	return scroll_view_key(&b->state->list, k) ? BOX_STAY : BOX_PASS;
}

const struct box_ops box_textbox = {
	.name = "textbox",
	.buttons = (const struct box_button[]){ { "Exit", BOX_OK }, { 0 } },
	.hint = "↑↓ PgUp PgDn scroll   / find   n next   Esc back",
	.setup = setup,
	.size = size,
	.draw = draw,
	.key = key,
};
