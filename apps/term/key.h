// SPDX-License-Identifier: GPL-2.0-or-later
// Keys: the bytes a terminal sends, as key codes. A pure state machine: no descriptor, no clock.
// Understands ECMA-48 CSI, SS3, the rxvt, Linux console and vt100 (PF1 to PF4) forms, xterm's
// modifiers, UTF-8. Pasted text (bracketed paste) arrives as characters, its control characters
// are dropped, so that a paste never presses a button.
#ifndef TERM_KEY_H
#define TERM_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A key is a Unicode character (control keys: 1 to 31, KEY_CTRL('l')) or one of these.
enum key {
	KEY_NONE = 0,
	KEY_TAB = 9,
	KEY_ENTER = 13, // both CR and LF
	KEY_ESC = 27,
	KEY_BACKSPACE = 127, // both BS and DEL
	KEY_UP = 0x200000,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PGUP,
	KEY_PGDN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_BACKTAB,
	KEY_F1,
	KEY_F2,
	KEY_F3,
	KEY_F4,
	KEY_F5,
	KEY_F6,
	KEY_F7,
	KEY_F8,
	KEY_F9,
	KEY_F10,
	KEY_F11,
	KEY_F12,
	KEY_REPORT, // a cursor position report: row and col are in the struct
	// Added to any of the above.
	KEY_SHIFT = 0x1000000,
	KEY_ALT = 0x2000000,
	KEY_CTRLED = 0x4000000,
};
#define KEY_CTRL(letter) ((letter)&31)

// A lone Esc is known by the silence after it.
#define KEY_ESC_MS 60

struct keys {
	uint8_t raw[32]; // of the sequence under way
	size_t n;
	bool in_paste;
	int queue[8];
	size_t first, count;
	int row, col; // of the last KEY_REPORT, from 1
};

void keys_init(struct keys *k);
void keys_feed(struct keys *k, uint8_t byte);
// To be called after KEY_ESC_MS without a byte while keys_pending.
void keys_timeout(struct keys *k);
bool keys_pending(const struct keys *k);
// Takes the next key out, KEY_NONE when there is none. To be drained after each feed.
int keys_next(struct keys *k);

// Is it a character that can stand in a text?
bool key_is_text(int key);

#endif
