// SPDX-License-Identifier: GPL-2.0-or-later
// A cursor in a list longer than its window, or (without a cursor) a window in a text. Pure.
#ifndef TERM_SCROLL_H
#define TERM_SCROLL_H

#include <stdbool.h>

struct scroll {
	int n, page;  // lines there are, lines seen at once
	int top, cur; // first line seen, cursor; top <= cur < top + page
};

// After a change of n or page (also a resize): puts top and cur where they are allowed.
void scroll_fit(struct scroll *s, int n, int page);
void scroll_to(struct scroll *s, int cur);
// Moves the cursor by Up, Down, PgUp, PgDn, Home, End. False when the key is none of these.
bool scroll_key(struct scroll *s, int key);
// The same for a text: the window moves, cur follows top.
bool scroll_view_key(struct scroll *s, int key);

#endif
