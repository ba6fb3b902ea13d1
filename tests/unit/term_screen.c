// SPDX-License-Identifier: GPL-2.0-or-later
// The difference of two grids, played into a small model of a terminal, must give the second grid.
// And what a terminal can do, by its name.
#include "term/screen.h"

#include <stdlib.h>

#include "term/utf8.h"
#include "test.h"

// A vt100 with colours, as far as screen.c uses one. Anything else it is sent is an error.
struct model {
	int rows, cols, row, col;
	bool wrapped; // behind the last column, where terminals differ: nobody may write
	bool cursor, error;
	struct style style;
	struct cell cells[40 * 100];
};

static void model_sgr(struct model *m, const int *arg, int n)
{
	for (int i = 0; i < n; i++) {
		int a = arg[i];

		if (a == 0)
			m->style = (struct style){ COLOUR_OWN, COLOUR_OWN, 0 };
		else if (a == 1 || a == 4 || a == 7)
			m->style.attr |= a == 1	  ? ATTR_BOLD
					 : a == 4 ? ATTR_UNDERLINE
						  : ATTR_REVERSE;
		else if ((a >= 30 && a <= 37) || a == 39)
			m->style.fg = (uint8_t)(a - 30);
		else if ((a >= 40 && a <= 47) || a == 49)
			m->style.bg = (uint8_t)(a - 40);
		else
			m->error = true;
	}
}

static void model_erase(struct model *m, int from, int to)
{
	for (int i = from; i < to; i++)
		m->cells[i] = (struct cell){ ' ', 0, m->style };
}

static void model_csi(struct model *m, const char *s, size_t n)
{
	int arg[8] = { 0 }, count = 1;
	char last = s[n - 1];

	if (*s == '?') {
		m->error |= strncmp(s, "?25h", 4) && strncmp(s, "?25l", 4);
		m->cursor = last == 'h';
		return;
	}
	for (size_t i = 0; i < n - 1; i++) {
		if (s[i] == ';' && count < 8)
			count++;
		else
			arg[count - 1] = arg[count - 1] * 10 + s[i] - '0';
	}
	if (last == 'H') {
		m->row = arg[0] ? arg[0] - 1 : 0;
		m->col = arg[1] ? arg[1] - 1 : 0;
		m->wrapped = false;
	} else if (last == 'C') {
		m->error |= m->wrapped;
		m->col += arg[0];
	} else if (last == 'K') {
		model_erase(m, m->row * m->cols + m->col, (m->row + 1) * m->cols);
	} else if (last == 'J') {
		model_erase(m, 0, m->rows * m->cols);
	} else if (last == 'm') {
		model_sgr(m, arg, count);
	} else {
		m->error = true;
	}
	m->error |= m->row >= m->rows || m->col >= m->cols;
}

static void model_put(struct model *m, uint32_t c)
{
	int width = utf8_width(c);
	struct cell *cell;

	if (width == 0) { // on the character before
		cell = &m->cells[m->row * m->cols + m->col - !m->wrapped];
		cell -= cell->ch == 0;
		cell->over = c;
		return;
	}
	m->error |= m->wrapped || c < 32 || m->col + width > m->cols;
	if (m->error)
		return;
	cell = &m->cells[m->row * m->cols + m->col];
	if (cell->ch == 0 && m->col > 0)
		cell[-1].ch = ' ';
	if (m->col + width < m->cols && cell[width].ch == 0)
		cell[width].ch = ' ';
	cell[0] = (struct cell){ c, 0, m->style };
	if (width == 2)
		cell[1] = (struct cell){ 0, 0, m->style };
	m->col += width;
	m->wrapped = m->col == m->cols;
	m->col -= m->wrapped;
}

static void model_feed(struct model *m, const char *s, size_t n)
{
	size_t used;

	for (size_t i = 0; i < n; i += used) {
		uint32_t c = utf8_decode(s + i, n - i, &used);

		if (c != 27) {
			model_put(m, c);
			continue;
		}
		for (used = 2; i + used < n && (s[i + used] < 0x40 || s[i + used] > 0x7E); used++)
			continue;
		used++;
		m->error |= s[i + 1] != '[' || i + used > n;
		if (!m->error)
			model_csi(m, s + i + 2, used - 2);
	}
}

static bool model_shows(const struct model *m, const struct grid *g)
{
	for (int i = 0; i < g->rows * g->cols; i++) {
		const struct cell *a = &m->cells[i], *b = &g->cells[i];

		if (a->ch != b->ch || a->over != b->over || a->style.fg != b->style.fg ||
		    a->style.bg != b->style.bg || a->style.attr != b->style.attr)
			return false;
	}
	return m->cursor == (g->cursor_row >= 0) &&
	       (!m->cursor || (m->row == g->cursor_row && m->col == g->cursor_col));
}

static const struct term_caps colour = { .utf8 = true, .colour = true, .attrs = true };

static void scribble(struct area a)
{
	static const char *const texts[] = {
		"x",
		"hello",
		"日本語",
		"e\314\201te\314\201",
		"┌─┐",
		"    ",
		MARK_STOP "STOP" MARK_PLAIN " ok",
		"a long text that runs over the right edge of everything that is there, and on",
	};
	struct area part = area_part(a, (int)(random() % a.rows), (int)(random() % a.cols),
				     (int)(random() % 6), (int)(random() % a.cols));

	switch (random() % 5) {
	case 0: area_fill(part, ' ', (enum theme_role)(random() % THEME_ROLES)); break;
	case 1: area_frame(part, "Title", random() % 2 ? "38 %" : NULL); break;
	default:
		area_text(a, (int)(random() % a.rows), (int)(random() % a.cols) - 2,
			  (enum theme_role)(random() % THEME_ROLES),
			  texts[(size_t)random() % (sizeof texts / sizeof *texts)]);
	}
	a.grid->cursor_row = -1;
	if (random() % 2)
		area_cursor(a, (int)(random() % a.rows), (int)(random() % a.cols));
}

static void check_random(int rows, int cols, struct term_caps caps, const char *name)
{
	static struct model m;
	struct screen s = { 0 };
	BUF_AUTO struct buf out = { 0 };
	int wrong = 0;

	m = (struct model){ .rows = rows, .cols = cols, .cursor = true };
	screen_resize(&s, caps, rows, cols);
	for (int turn = 0; turn < 400; turn++) {
		for (int i = (int)(random() % 4); i >= 0; i--)
			scribble(grid_area(&s.next));
		s.all |= turn % 100 == 99;
		buf_clear(&out);
		screen_update(&s, &out);
		model_feed(&m, buf_str(&out), out.len);
		wrong += !model_shows(&m, &s.next);
	}
	screen_free(&s);
	CHECK_INT(name, wrong, 0);
	CHECK(name, !m.error);
}

static void check_costs(void)
{
	static struct model m;
	struct screen s = { 0 };
	BUF_AUTO struct buf out = { 0 };
	bool ascii = true, plain = true;

	screen_resize(&s, colour, 24, 80);
	area_frame(grid_area(&s.next), "Title", NULL);
	screen_update(&s, &out);
	buf_clear(&out);
	screen_update(&s, &out);
	CHECK_INT("nothing changed: nothing written", out.len, 0);
	area_text(grid_area(&s.next), 5, 5, THEME_BACKDROP, "7");
	screen_update(&s, &out);
	CHECK("one cell: a few bytes", out.len > 0 && out.len < 32);
	buf_clear(&out);
	screen_resize(&s, (struct term_caps){ .attrs = true }, 24, 80);
	area_frame(grid_area(&s.next), "日本 é", NULL);
	screen_update(&s, &out);
	for (size_t i = 0; i < out.len; i++)
		ascii &= (out.s[i] >= 32 && out.s[i] < 127) || out.s[i] == 27;
	CHECK("monochrome: plain ASCII", ascii && strstr(buf_str(&out), "???? e"));
	m = (struct model){ .rows = 24, .cols = 80 };
	model_feed(&m, buf_str(&out), out.len);
	for (int i = 0; i < 24 * 80; i++)
		plain &= m.cells[i].style.fg == COLOUR_OWN && m.cells[i].style.bg == COLOUR_OWN;
	CHECK("monochrome: no colours", plain && !m.error);
	buf_clear(&out);
	area_text(grid_area(&s.next), 3, 3, THEME_TEXT, "\033]0;evil\a\233");
	screen_update(&s, &out);
	CHECK("control characters are not sent",
	      !strstr(buf_str(&out), "\033]") && !strchr(out.s, 7));
	screen_free(&s);
}

static void check_caps(void)
{
	static const struct {
		const char *term, *locale;
		bool utf8, colour, attrs;
	} table[] = {
		{ "linux", "C.UTF-8", 1, 1, 1 },
		{ "linux", "C", 0, 1, 1 },
		{ "linux", NULL, 0, 1, 1 },
		{ "xterm-256color", "de_DE.utf8", 1, 1, 1 },
		{ "screen.xterm", "C.UTF-8", 1, 1, 1 },
		{ "tmux-256color", "C.UTF-8", 1, 1, 1 },
		{ "xterm", "C.UTF-16", 0, 1, 1 },
		{ "vt100", "C.UTF-8", 0, 0, 1 },
		{ "vt102", "C.UTF-8", 0, 0, 1 },
		{ "vt220", "C", 0, 0, 1 },
		{ "ansi", "C.UTF-8", 0, 0, 1 },
		{ "dumb", "C.UTF-8", 0, 0, 0 },
		{ "", "C.UTF-8", 0, 0, 0 },
		{ NULL, NULL, 0, 0, 0 },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct term_caps c = term_caps(table[i].term, table[i].locale);

		CHECK(table[i].term ? table[i].term : "no TERM",
		      c.utf8 == table[i].utf8 && c.colour == table[i].colour &&
			      c.attrs == table[i].attrs);
	}
}

int main(void)
{
	srandom(3);
	check_random(24, 80, colour, "random grids 24x80");
	check_random(5, 11, colour, "random grids 5x11");
	check_random(1, 1, colour, "random grids 1x1");
	check_random(38, 100, (struct term_caps){ .utf8 = true, .attrs = true },
		     "random grids, monochrome");
	check_costs();
	check_caps();
	TEST_END();
}
