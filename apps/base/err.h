// SPDX-License-Identifier: GPL-2.0-or-later
// One error: what kind it is (the exit code), the errno behind it, and a line an operator can act
// on.
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <errno.h>
#include <stdarg.h>

// The value is the exit status of a command that ends with it.
enum err_kind {
	ERR_FAILED = 1,	    // the work could not be done
	ERR_USAGE = 2,	    // asked for something that makes no sense; nothing was begun
	ERR_UNREADABLE = 3, // it stands on a medium that cannot be read
	ERR_STOPPED = 4,    // the operator stopped it
};

struct err {
	enum err_kind kind;
	int num;	// errno of the system call that failed, 0 when none did
	char text[480]; // "object: action: reason", one line, no full stop
};

// Fills *e (which may be NULL) as ERR_FAILED and returns -1, so that a function can `return
// err_set(...)`. With num != 0 the text is followed by ": " and strerror(num).
int err_set(struct err *e, int num, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

// The same for what could not be written to a medium or a server, with the cure where num tells
// one.
int err_write(struct err *e, int num, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

// The same for a request that makes no sense (exit status 2).
int err_usage(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// "stopped by the operator", exit status 4.
int err_stopped(struct err *e);

// Puts "prefix: " in front of the text that is there. Returns -1.
int err_prefix(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
