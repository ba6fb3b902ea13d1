// SPDX-License-Identifier: GPL-2.0-or-later
#include "term/wrap.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "term/area.h"
#include "term/utf8.h"

static void add_line(struct wrap *w, const char *s, size_t off, size_t len)
{
	int cols = text_columns(s + off, len);

	if ((w->n & (w->n - 1)) == 0) // full at every power of two
		w->lines = mem_grow(w->lines, w->n ? 2 * w->n : 1, sizeof *w->lines);
	w->lines[w->n++] = (struct wrap_line){ off, len, cols };
	if (cols > w->cols)
		w->cols = cols;
}

// Adds the first line of the n bytes at off (no newline among them); returns the bytes it took with
// the spaces at the break.
static size_t first_line(struct wrap *w, const char *s, size_t off, size_t n, int width)
{
	size_t used, space = 0, i;
	int cols = 0;

	for (i = 0; i < n; i += used) {
		uint32_t c = utf8_decode(s + off + i, n - i, &used);

		if (c == MARK && i + 1 < n) {
			used = 2;
			continue;
		}
		if (c == ' ')
			space = i;
		cols += utf8_width(c);
		if (cols > width)
			break;
	}
	if (i >= n) {
		add_line(w, s, off, n);
		return n;
	}
	if (s[off + i] == ' ') // the line is full and a word ends right here
		space = i;
	if (!space) // one long word: cut it, but always go on
		space = i ? i : used;
	i = space;
	while (i < n && s[off + i] == ' ')
		i++;
	while (space > 0 && s[off + space - 1] == ' ')
		space--;
	add_line(w, s, off, space);
	return i;
}

void wrap_text(struct wrap *w, const char *s, int width)
{
	size_t off = 0, n = s ? strlen(s) : 0;

	*w = (struct wrap){ 0 };
	if (width < 1)
		width = 1;
	while (off < n) {
		const char *end = memchr(s + off, '\n', n - off);
		size_t len = end ? (size_t)(end - (s + off)) : n - off;

		if (!len)
			add_line(w, s, off, 0);
		for (size_t done = 0; done < len;)
			done += first_line(w, s, off + done, len - done, width);
		off += len + (end != NULL);
	}
}

void wrap_free(struct wrap *w)
{
	free(w->lines);
	*w = (struct wrap){ 0 };
}
