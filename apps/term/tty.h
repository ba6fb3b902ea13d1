// SPDX-License-Identifier: GPL-2.0-or-later
// The terminal itself: raw mode and back, its size, waiting for keys and signals. The one place
// in the libraries that has signal handlers: a terminal must be put back whatever ends the
// program. One tty at a time per process.
#ifndef TERM_TTY_H
#define TERM_TTY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <termios.h>

#include "base/err.h"
#include "term/theme.h"

struct tty {
	int in, out; // stdin and stdout, or /dev/tty where these are no terminal
	bool own_in, own_out;
	bool raw;
	bool signals; // Ctrl-C and Ctrl-Z are signals, not keys
	bool asked;   // the size came from asking, so it may be asked again
	int rows, cols;
	struct termios saved;
	struct term_caps caps;
};

enum tty_event {
	TTY_KEYS = 1, // tty_read has something
	TTY_RESIZED = 2,
	TTY_WOKEN = 4, // wake_fd is readable
	TTY_STOP = 8,  // Ctrl-Z: leave, stop, enter
	TTY_GONE = 16, // hung up, or SIGTERM, SIGHUP, SIGINT came
};

// Opens and enters. signals: leave Ctrl-C, Ctrl-Z to the kernel.
int tty_open(struct tty *t, bool signals, struct err *e);
void tty_close(struct tty *t);

// Raw mode off and on again, around a shell or another program. leave: clear clears the screen,
// else the cursor goes to the last line. enter asks for the size anew; the screen must be drawn
// whole.
void tty_leave(struct tty *t, bool clear);
int tty_enter(struct tty *t, struct err *e);
// Stops the process as Ctrl-Z wants; returns when it goes on, raw mode on.
void tty_stop(struct tty *t);

// The size: the kernel's, or (0x0, a serial line) the terminal's answer within 300 ms, or 80x24.
// again: a size that came from asking is asked for again, nobody tells us when it changes.
void tty_measure(struct tty *t, bool again);
// A late answer: KEY_REPORT's row and column.
void tty_measured(struct tty *t, int rows, int cols);

// Waits for any event, at most ms (-1: for ever). wake_fd 0 or less: none. Returns a set of
// events, 0 on timeout.
int tty_wait(struct tty *t, int wake_fd, int ms);
// More bytes are there; no other event is looked at, nor lost.
bool tty_has_keys(const struct tty *t);
// Bytes that are there, 0 when none.
size_t tty_read(struct tty *t, unsigned char *buf, size_t size);
// Writes all; a terminal that went away is reported by the next tty_wait.
void tty_write(struct tty *t, const void *p, size_t n);

#endif
