// SPDX-License-Identifier: GPL-2.0-or-later
#include "base/paragraph.h"

#include <string.h>

void paragraph(struct buf *out, const char *first, const char *others, const char *text,
	       size_t width)
{
	size_t col = strlen(first);
	bool begun = false; // the line has a word

	buf_puts(out, first);
	for (const char *p = text + strspn(text, " "); *p;) {
		size_t len = strcspn(p, " ");

		if (begun && col + 1 + len > width) {
			buf_printf(out, "\n%s", others);
			col = strlen(others);
			begun = false;
		}
		buf_puts(out, begun ? " " : "");
		buf_add(out, p, len);
		col += len + begun;
		begun = true;
		p += len;
		p += strspn(p, " ");
	}
	buf_puts(out, "\n");
}
