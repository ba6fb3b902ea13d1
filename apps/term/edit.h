// SPDX-License-Identifier: GPL-2.0-or-later
// Editing one line of text. Pure: keys in, text and cursor out.
#ifndef TERM_EDIT_H
#define TERM_EDIT_H

#include <stdbool.h>
#include <stddef.h>

struct edit {
	char *text;	 // UTF-8, NUL-terminated, never NULL
	size_t len, cap; // bytes
	size_t cur;	 // cursor, a byte offset on a character's first byte
	size_t max;	 // most bytes, 0: no limit
	size_t from;	 // first byte shown; edit_view keeps it
};

// The cursor stands at the end. init may be NULL.
void edit_init(struct edit *e, const char *init, size_t max);
void edit_free(struct edit *e); // the text is wiped: it may be a password

// False when the key does nothing in an edit line (Enter, Tab, arrows up and down, function
// keys). Left, Right, Home, End, ^A ^E ^B ^F; Backspace, Delete, ^D; ^K to the end, ^U all, ^W
// the word before.
bool edit_key(struct edit *e, int key);

// Moves `from` so that the cursor is inside width columns; returns the cursor's column there.
int edit_view(struct edit *e, int width);

#endif
