// SPDX-License-Identifier: GPL-2.0-or-later
// Text for people in lines of limited width.
#ifndef BASE_PARAGRAPH_H
#define BASE_PARAGRAPH_H

#include "base/buf.h"

// Adds the words of text in lines of at most `width` columns (bytes), the last one ended, too. They
// begin with `first`, all but the first line with `others`. A longer word has a line of its own.
void paragraph(struct buf *out, const char *first, const char *others, const char *text,
	       size_t width);

#endif
