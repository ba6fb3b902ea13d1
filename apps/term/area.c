// SPDX-License-Identifier: GPL-2.0-or-later
// Drawing into the grid. Every write ends in put_cell, which clips.
#include "term/area.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "term/utf8.h"

void grid_resize(struct grid *g, int rows, int cols)
{
	struct style style = theme_style(&g->caps, THEME_BACKDROP);

	free(g->cells);
	g->rows = rows > 0 ? rows : 1;
	g->cols = cols > 0 ? cols : 1;
	g->cursor_row = -1;
	g->cursor_col = 0;
	g->cells = mem_zero((size_t)g->rows * (size_t)g->cols, sizeof *g->cells);
	for (int i = 0; i < g->rows * g->cols; i++)
		g->cells[i] = (struct cell){ ' ', 0, style };
}

void grid_free(struct grid *g)
{
	free(g->cells);
	*g = (struct grid){ 0 };
}

void grid_copy(struct grid *dst, const struct grid *src)
{
	size_t n = (size_t)src->rows * (size_t)src->cols;

	free(dst->cells);
	*dst = *src;
	dst->cells = mem_zero(n, sizeof *dst->cells);
	memcpy(dst->cells, src->cells, n * sizeof *dst->cells);
}

struct area grid_area(struct grid *g)
{
	return (struct area){ g, 0, 0, g->rows, g->cols };
}

struct area area_part(struct area a, int row, int col, int rows, int cols)
{
	if (row < 0) {
		rows += row;
		row = 0;
	}
	if (col < 0) {
		cols += col;
		col = 0;
	}
	row = row < a.rows ? row : a.rows;
	col = col < a.cols ? col : a.cols;
	rows = rows < a.rows - row ? rows : a.rows - row;
	cols = cols < a.cols - col ? cols : a.cols - col;
	rows = rows > 0 ? rows : 0;
	cols = cols > 0 ? cols : 0;
	return (struct area){ a.grid, a.row + row, a.col + col, rows, cols };
}

static struct cell *cell_at(struct area a, int row, int col)
{
	if (row < 0 || col < 0 || row >= a.rows || col >= a.cols)
		return NULL;
	return &a.grid->cells[(a.row + row) * a.grid->cols + a.col + col];
}

// The other half of a wide character that is about to be overwritten becomes a blank.
static void unpair(struct area a, int row, int col)
{
	struct area whole = grid_area(a.grid);
	struct cell *c = cell_at(a, row, col), *other;

	if (!c)
		return;
	other = cell_at(whole, a.row + row, a.col + col - 1);
	if (c->ch == 0 && other)
		other->ch = ' ';
	other = cell_at(whole, a.row + row, a.col + col + 1);
	if (other && other->ch == 0)
		other->ch = ' ';
}

int area_put(struct area a, int row, int col, uint32_t ch, struct style style)
{
	struct cell *c = cell_at(a, row, col), *right;
	int width;

	if (ch < 0x20 || (ch >= 0x7F && ch < 0xA0))
		ch = UTF8_BAD;
	width = utf8_width(ch);
	if (width == 0) {
		c = cell_at(a, row, col - 1);
		if (c && c->ch == 0)
			c = cell_at(a, row, col - 2);
		if (c)
			c->over = ch;
		return 0;
	}
	if (!c)
		return width;
	right = cell_at(a, row, col + 1);
	if (width == 2 && !right) // half of it would hang over the edge
		ch = ' ';
	unpair(a, row, col);
	*c = (struct cell){ ch, 0, style };
	if (width == 2 && right) {
		unpair(a, row, col + 1);
		c->ch = ch;
		*right = (struct cell){ 0, 0, style };
	}
	return width;
}

void area_fill(struct area a, uint32_t ch, enum theme_role role)
{
	struct style style = area_style(a, role);

	for (int r = 0; r < a.rows; r++)
		for (int c = 0; c < a.cols; c++)
			area_put(a, r, c, ch, style);
}

struct style area_style(struct area a, enum theme_role role)
{
	return theme_style(&a.grid->caps, role);
}

struct style style_mark(const struct term_caps *caps, struct style now, struct style plain,
			char letter)
{
	static const struct {
		char letter;
		enum theme_role role;
	} roles[] = {
		{ 'd', THEME_DIM },
		{ 'k', THEME_OK },
		{ 'w', THEME_WARN },
		{ 's', THEME_STOP },
	};
	static const struct {
		char on, off;
		uint8_t attr;
	} attrs[] = {
		{ 'b', 'B', ATTR_BOLD },
		{ 'u', 'U', ATTR_UNDERLINE },
		{ 'r', 'R', ATTR_REVERSE },
	};

	if (letter == 'n')
		return plain;
	if (letter >= '0' && letter <= '7' && caps->colour)
		now.fg = (uint8_t)(letter - '0');
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (letter == roles[i].letter)
			return theme_style(caps, roles[i].role);
	for (size_t i = 0; i < sizeof attrs / sizeof *attrs && caps->attrs; i++) {
		if (letter == attrs[i].on)
			now.attr |= attrs[i].attr;
		if (letter == attrs[i].off)
			now.attr &= (uint8_t)~attrs[i].attr;
	}
	return now;
}

int area_textn(struct area a, int row, int col, enum theme_role role, const char *s, size_t n)
{
	struct style plain = area_style(a, role), style = plain;
	int start = col;
	size_t used;

	for (size_t i = 0; i < n; i += used) {
		uint32_t c = utf8_decode(s + i, n - i, &used);

		if (c == MARK && i + 1 < n) {
			if (role != THEME_SELECTED) // what is lit stays in one colour
				style = style_mark(&a.grid->caps, style, plain, s[i + 1]);
			used = 2;
		} else {
			col += area_put(a, row, col, c == '\t' ? ' ' : c, style);
		}
	}
	return (col < a.cols ? col : a.cols) - start;
}

int area_text(struct area a, int row, int col, enum theme_role role, const char *s)
{
	return area_textn(a, row, col, role, s, strlen(s));
}

int area_printf(struct area a, int row, int col, enum theme_role role, const char *fmt, ...)
{
	BUF_AUTO struct buf b = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return area_textn(a, row, col, role, buf_str(&b), b.len);
}

void area_frame(struct area a, const char *title, const char *right)
{
	struct style style = area_style(a, THEME_FRAME);
	int room = a.cols - 6;

	for (int c = 1; c < a.cols - 1; c++) {
		area_put(a, 0, c, 0x2500, style);
		area_put(a, a.rows - 1, c, 0x2500, style);
	}
	for (int r = 1; r < a.rows - 1; r++) {
		area_put(a, r, 0, 0x2502, style);
		area_put(a, r, a.cols - 1, 0x2502, style);
	}
	area_put(a, 0, 0, 0x250C, style);
	area_put(a, 0, a.cols - 1, 0x2510, style);
	area_put(a, a.rows - 1, 0, 0x2514, style);
	area_put(a, a.rows - 1, a.cols - 1, 0x2518, style);
	if (right && *right && room > text_columns(right, strlen(right))) {
		int cols = text_columns(right, strlen(right));

		area_printf(a, 0, a.cols - cols - 4, THEME_TITLE, " %s ", right);
		room -= cols + 3;
	}
	if (title && *title && room > 0) {
		area_put(a, 0, 2, ' ', area_style(a, THEME_TITLE));
		int used = area_text(area_part(a, 0, 3, 1, room), 0, 0, THEME_TITLE, title);

		area_put(a, 0, 3 + used, ' ', area_style(a, THEME_TITLE));
	}
}

void area_bar(struct area a, int row, uint64_t done, uint64_t total)
{
	uint64_t full = total ? (done < total ? done : total) : 0;
	int filled = total ? (int)((double)full / (double)total * a.cols) : 0;

	for (int c = 0; c < a.cols; c++)
		area_put(a, row, c, c < filled ? 0x2588 : 0x2591,
			 area_style(a, c < filled ? THEME_DONE : THEME_LEFT));
}

void area_cursor(struct area a, int row, int col)
{
	if (!cell_at(a, row, col))
		return;
	a.grid->cursor_row = a.row + row;
	a.grid->cursor_col = a.col + col;
}

int text_columns(const char *s, size_t n)
{
	int cols = 0;
	size_t used;

	for (size_t i = 0; i < n; i += used) {
		uint32_t c = utf8_decode(s + i, n - i, &used);

		if (c == MARK && i + 1 < n)
			used = 2;
		else
			cols += utf8_width(c);
	}
	return cols;
}
