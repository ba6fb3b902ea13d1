// SPDX-License-Identifier: GPL-2.0-or-later
// How things look: roles to colours and attributes, and what a terminal can do. In monochrome the
// meaning is carried by letters and markers; attributes only help.
#ifndef TERM_THEME_H
#define TERM_THEME_H

#include <stdbool.h>
#include <stdint.h>

enum { ATTR_BOLD = 1, ATTR_UNDERLINE = 2, ATTR_REVERSE = 4 };

// Colours of ECMA-48: 0 black, red, green, yellow, blue, magenta, cyan, 7 white; 9: the
// terminal's own.
#define COLOUR_OWN 9

struct style {
	uint8_t fg, bg, attr;
};

enum theme_role {
	THEME_BACKDROP,
	THEME_BAR,
	THEME_HINT, // behind everything, top line, bottom line
	THEME_FRAME,
	THEME_TITLE,
	THEME_TEXT, // of a box
	// A list: key word, its letter, the row with the cursor, a row that cannot be had.
	THEME_TAG,
	THEME_LETTER,
	THEME_SELECTED,
	THEME_OFF,
	THEME_BUTTON,
	THEME_BUTTON_ON,
	THEME_FIELD,
	THEME_FIELD_ON,
	THEME_DONE,
	THEME_LEFT, // bars
	THEME_STRONG,
	THEME_DIM,
	THEME_OK,
	THEME_WARN,
	THEME_STOP,
	THEME_ROLES
};

struct term_caps {
	bool utf8; // else everything is written in ASCII
	bool colour;
	bool attrs; // bold, underline, reverse; else none at all
	bool paste; // can mark pasted text
};

// From TERM and the first of LC_ALL, LC_CTYPE, LANG that is set; either may be NULL. vt100,
// vt102, vt220, dumb and what is unknown are monochrome ASCII; linux, xterm*, screen*, tmux*,
// rxvt* have colour.
struct term_caps term_caps(const char *term, const char *locale);
// The same from the environment.
struct term_caps term_caps_env(void);

struct style theme_style(const struct term_caps *caps, enum theme_role role);

#endif
