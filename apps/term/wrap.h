// SPDX-License-Identifier: GPL-2.0-or-later
// Breaking a text into lines at spaces; words longer than a line are cut. Newlines end lines.
// Marks (area.h) take no room.
#ifndef TERM_WRAP_H
#define TERM_WRAP_H

#include <stddef.h>

struct wrap_line {
	size_t off, len; // bytes of the text, the space or newline at the break left out
	int cols;
};

struct wrap {
	struct wrap_line *lines;
	size_t n;
	int cols; // of the longest line
};

// Breaks s (NULL: no lines) for the width (columns, at least 1). w is overwritten; wrap_free it.
void wrap_text(struct wrap *w, const char *s, int width);
void wrap_free(struct wrap *w);

#endif
