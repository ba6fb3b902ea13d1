// SPDX-License-Identifier: GPL-2.0-or-later
// A grid of cells in memory, and areas: clipped rectangles of it to draw into. Nothing here can
// fail or draw outside; rows and columns count from 0.
//
// Texts may hold marks: MARK and one letter change how the rest looks. They take no column.
#ifndef TERM_AREA_H
#define TERM_AREA_H

#include <stddef.h>
#include <stdint.h>

#include "term/theme.h"

struct cell {
	uint32_t ch;   // 0: the right half of the wide character before it
	uint32_t over; // a combining mark on it, 0: none
	struct style style;
};

struct grid {
	int rows, cols;
	struct cell *cells;	    // rows * cols
	int cursor_row, cursor_col; // cursor_row -1: hidden
	struct term_caps caps;
};

struct area {
	struct grid *grid;
	int row, col, rows, cols;
};

// \016 never stands in a text that people see. Use them as string literals: MARK_WARN "WARN"
// MARK_PLAIN.
#define MARK '\016'
#define MARK_PLAIN "\016n"
#define MARK_STRONG "\016b"
#define MARK_UNDERLINE "\016u"
#define MARK_REVERSE "\016r"
#define MARK_DIM "\016d"
#define MARK_OK "\016k"
#define MARK_WARN "\016w"
#define MARK_STOP "\016s"
// Also: digits 0 to 7 are colours, and B U R end bold, underline, reverse.

// Blank, cursor hidden. The old cells are freed; begin with a zeroed struct.
void grid_resize(struct grid *g, int rows, int cols);
void grid_free(struct grid *g);
void grid_copy(struct grid *dst, const struct grid *src);

struct area grid_area(struct grid *g);
// A part of an area, cut to what is inside.
struct area area_part(struct area a, int row, int col, int rows, int cols);
void area_fill(struct area a, uint32_t ch, enum theme_role role);
// One character; returns its columns.
int area_put(struct area a, int row, int col, uint32_t ch, struct style style);
// n bytes on one line, cut at the right edge; returns the columns used. Marks are obeyed.
int area_textn(struct area a, int row, int col, enum theme_role role, const char *s, size_t n);
int area_text(struct area a, int row, int col, enum theme_role role, const char *s);
int area_printf(struct area a, int row, int col, enum theme_role role, const char *fmt, ...)
	__attribute__((format(printf, 5, 6)));
// A frame along the edge with titles in its top line (either may be NULL).
void area_frame(struct area a, const char *title, const char *right);
// A horizontal bar, one row: done parts of total are filled.
void area_bar(struct area a, int row, uint64_t done, uint64_t total);
void area_cursor(struct area a, int row, int col);
struct style area_style(struct area a, enum theme_role role);
// Applies one mark's letter to a style; plain is what MARK_PLAIN goes back to.
struct style style_mark(const struct term_caps *caps, struct style now, struct style plain,
			char letter);
// Columns a text takes, marks left out.
int text_columns(const char *s, size_t n);

#endif
