// SPDX-License-Identifier: GPL-2.0-or-later
// The difference of two grids as bytes. pen remembers where the cursor is and what attributes are
// on; after the last column its place is unknown (terminals differ in when they wrap), so the
// next write always moves.
#include "term/screen.h"

#include <string.h>

#include "term/utf8.h"

struct pen {
	struct buf *out;
	const struct term_caps *caps;
	int row, col; // row -1: unknown
	int cols;
	struct style style;
	bool style_known;
};

// A gap of unchanged cells this short is written again rather than jumped.
#define GAP 4

void screen_resize(struct screen *s, struct term_caps caps, int rows, int cols)
{
	s->shown.caps = s->next.caps = caps;
	grid_resize(&s->shown, rows, cols);
	grid_resize(&s->next, rows, cols);
	s->all = true;
}

void screen_free(struct screen *s)
{
	grid_free(&s->shown);
	grid_free(&s->next);
}

static bool style_same(struct style a, struct style b)
{
	return a.fg == b.fg && a.bg == b.bg && a.attr == b.attr;
}

static bool cell_same(const struct cell *a, const struct cell *b)
{
	return a->ch == b->ch && a->over == b->over && style_same(a->style, b->style);
}

static void set_style(struct pen *p, struct style want)
{
	static const struct {
		uint8_t attr, sgr;
	} attrs[] = {
		{ ATTR_BOLD, 1 },
		{ ATTR_UNDERLINE, 4 },
		{ ATTR_REVERSE, 7 },
	};
	char codes[32] = "";
	struct style now = p->style;

	if (p->style_known && style_same(now, want))
		return;
	if (!p->style_known || (now.attr & ~want.attr)) {
		strcat(codes, ";0");
		now = (struct style){ COLOUR_OWN, COLOUR_OWN, 0 };
	}
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs; i++)
		if (want.attr & ~now.attr & attrs[i].attr)
			strcat(codes, (char[]){ ';', (char)('0' + attrs[i].sgr), 0 });
	if (want.fg != now.fg)
		strcat(codes, (char[]){ ';', '3', (char)('0' + want.fg), 0 });
	if (want.bg != now.bg)
		strcat(codes, (char[]){ ';', '4', (char)('0' + want.bg), 0 });
	buf_printf(p->out, "\033[%sm", strcmp(codes, ";0") ? codes + 1 : "");
	p->style = want;
	p->style_known = true;
}

static void put_char(struct pen *p, uint32_t c)
{
	char bytes[4];

	if (p->caps->utf8)
		buf_add(p->out, bytes, utf8_encode(c, bytes));
	else
		buf_add(p->out, (char[]){ utf8_ascii(c) }, 1);
}

static void put_cell(struct pen *p, const struct cell *c)
{
	int width = utf8_width(c->ch);

	set_style(p, c->style);
	put_char(p, c->ch);
	if (width == 2 && !p->caps->utf8)
		put_char(p, '?');
	if (c->over && p->caps->utf8)
		put_char(p, c->over);
	p->col += width;
	if (p->col >= p->cols)
		p->row = -1;
}

static void move(struct pen *p, const struct grid *shown, int row, int col)
{
	int gap = col - p->col;

	if (p->row == row && gap == 0)
		return;
	if (p->row == row && gap > 0 && gap <= GAP) {
		const struct cell *c = &shown->cells[row * shown->cols + p->col];
		bool plain = true;

		for (int i = 0; i < gap; i++)
			plain &= c[i].ch >= 0x20 && c[i].ch < 0x7F && !c[i].over &&
				 style_same(c[i].style, p->style);
		if (plain) {
			for (int i = 0; i < gap; i++)
				put_cell(p, &c[i]);
			return;
		}
	}
	if (p->row == row && gap > 0)
		buf_printf(p->out, "\033[%dC", gap);
	else if (row == 0 && col == 0)
		buf_puts(p->out, "\033[H");
	else
		buf_printf(p->out, "\033[%d;%dH", row + 1, col + 1);
	p->row = row;
	p->col = col;
}

// The column from which the row is blank in the terminal's own colours to its end.
static int blank_from(const struct cell *row, int cols)
{
	while (cols > 0 && row[cols - 1].ch == ' ' && !row[cols - 1].over &&
	       style_same(row[cols - 1].style, (struct style){ COLOUR_OWN, COLOUR_OWN, 0 }))
		cols--;
	return cols;
}

static void update_row(struct pen *p, struct screen *s, int row)
{
	int cols = s->next.cols;
	const struct cell *old = &s->shown.cells[row * cols], *new = &s->next.cells[row * cols];
	int last = cols, blank = blank_from(new, cols);

	while (last > 0 && cell_same(&old[last - 1], &new[last - 1]))
		last--;
	for (int c = 0; c < last; c++) {
		if (cell_same(&old[c], &new[c]) || new[c].ch == 0)
			continue; // a right half came with its left half
		move(p, &s->shown, row, c);
		if (c >= blank && last - c > GAP) {
			set_style(p, new[c].style);
			buf_puts(p->out, "\033[K");
			return;
		}
		put_cell(p, &new[c]);
	}
}

void screen_update(struct screen *s, struct buf *out)
{
	BUF_AUTO struct buf cells = { 0 };
	struct pen p = { .out = &cells, .caps = &s->next.caps, .row = -1, .cols = s->next.cols };
	const struct grid *shown = &s->shown, *next = &s->next;
	bool cursor = next->cursor_row >= 0, moved;

	if (s->all) {
		buf_puts(&cells, "\033[m\033[H\033[2J");
		p.style_known = true;
		p.style = (struct style){ COLOUR_OWN, COLOUR_OWN, 0 };
		p.row = 0;
		for (int i = 0; i < s->shown.rows * s->shown.cols; i++)
			s->shown.cells[i] = (struct cell){ ' ', 0, p.style };
	}
	for (int r = 0; r < s->next.rows; r++)
		update_row(&p, s, r);
	moved = next->cursor_row != shown->cursor_row || next->cursor_col != shown->cursor_col;
	if (cells.len || (cursor && moved)) {
		if (s->all || s->cursor_on)
			buf_puts(out, "\033[?25l");
		buf_add(out, buf_str(&cells), cells.len);
		p.out = out;
		if (cells.len)
			set_style(&p, (struct style){ COLOUR_OWN, COLOUR_OWN, 0 });
		if (cursor)
			move(&p, &s->shown, s->next.cursor_row, s->next.cursor_col);
		s->cursor_on &= !s->all && !cells.len && !moved;
	}
	if (cursor != s->cursor_on)
		buf_puts(out, cursor ? "\033[?25h" : "\033[?25l");
	s->cursor_on = cursor;
	s->all = false;
	grid_copy(&s->shown, &s->next);
}
