// SPDX-License-Identifier: GPL-2.0-or-later
// What the terminal shows, and the bytes that turn it into what it should show: only the cells
// that differ, with the fewest cursor moves and attribute changes. Uses CUP, CUF, EL, ED and SGR
// only, which every terminal since the vt100 has.
#ifndef TERM_SCREEN_H
#define TERM_SCREEN_H

#include "base/buf.h"
#include "term/area.h"

struct screen {
	struct grid shown; // what the terminal has
	struct grid next;  // draw here
	bool cursor_on;	   // it shows the cursor
	bool all;	   // nothing is known about the terminal: clear and draw everything
};

// Begin with a zeroed struct; call again after a change of size.
void screen_resize(struct screen *s, struct term_caps caps, int rows, int cols);
void screen_free(struct screen *s);

// Appends the bytes to out and takes next as shown.
void screen_update(struct screen *s, struct buf *out);

#endif
