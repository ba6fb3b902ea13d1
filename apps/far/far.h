// SPDX-License-Identifier: GPL-2.0-or-later
// Files on other machines that are reached by a program (ssh, curl), not by a mount. A kind of
// server says what can be done with files there; dest/far makes a destination of it, far/src a
// source. Programs get their arguments as arrays, secrets never as arguments.
//
// Errors name the step that failed (reach, host key, login, folder, ...) and end with the server's
// own words. With e->num EPIPE or ETIMEDOUT the way there is gone, and may come back.
#ifndef FAR_FAR_H
#define FAR_FAR_H

#include "block/src.h"
#include "far/login.h"
#include "far/stream.h"

struct far {
	const struct far_ops *ops;
	struct url url;
	struct login login;
	struct ui *ui;
	char server[300]; // "user@host", for messages
	// Set by the kind:
	bool can_rename;
	const char *breaks; // what a lost connection means there when it cannot be survived; NULL
	// Set by who uses it: the operator has said stop; by far_again: it has waited in vain.
	// Nothing is waited for longer than it takes to leave things tidy.
	bool hurry;
};

enum far_what { FAR_NONE, FAR_FILE, FAR_FOLDER, FAR_OTHER };

struct far_entry {
	enum far_what what;
	uint64_t size; // of a file
};

struct far_ops {
	const char *name;
	const char *const *schemes; // ends with NULL
	// What is written may begin anywhere in a file, what is there can be changed, and a write
	// that broke off can be gone on with. Then there is cut.
	bool seeks;
	size_t size; // of the kind's own struct, which begins with struct far
	// 0: reached, it is the right one, logged in. The members of struct far are filled, the
	// rest is zero.
	int (*open)(struct far *f, struct err *e);
	// The way there was lost: a new one. NULL: none is kept between two calls.
	int (*again)(struct far *f, struct err *e);
	void (*close)(struct far *f); // also after open has failed
	// Paths are what url.path is.
	int (*look)(struct far *f, const char *path, struct far_entry *x, struct err *e);
	// Can files be made in the folder? *room: bytes that are free there, UINT64_MAX: unknown.
	int (*check)(struct far *f, const char *folder, uint64_t *room, struct err *e);
	// A stream of the file's bytes from off on.
	int (*read)(struct far *f, const char *path, uint64_t off, struct far_stream *s,
		    struct err *e);
	// A stream into the file, from off on, which is 0 unless the kind seeks; what is there
	// already in front of it stays, and behind it, too. size: bytes that will come, UINT64_MAX:
	// not known.
	int (*write)(struct far *f, const char *path, uint64_t off, uint64_t size,
		     struct far_stream *s, struct err *e);
	// Ends either: everything came through, and the server says so. read: what is left unread
	// is of no interest.
	int (*end)(struct far *f, struct far_stream *s, bool read, struct err *e);
	// How long a file was a moment ago, without waiting for the answer: 1: *size is it; 0: it
	// is on its way, to be asked for again. NULL: look is what there is.
	int (*size_soon)(struct far *f, const char *path, uint64_t *size, struct err *e);
	// A stream that hashes a file which grows, from its beginning: each line that is written to
	// it tells that there is more. NULL: none.
	int (*follow)(struct far *f, const char *path, struct far_stream *s, struct err *e);
	// The file is as it is to be: 1: hex is its SHA-256; 0: it could not be had that way. Ends
	// the stream.
	int (*followed)(struct far *f, struct far_stream *s, char hex[65], struct err *e);
	// The file gets this length.
	int (*cut)(struct far *f, const char *path, uint64_t size, struct err *e);
	// A small file, whole or not at all: 1: it is there; 0: that is not possible with this one,
	// write is. NULL: never.
	int (*put)(struct far *f, const char *path, const char *p, size_t n, struct err *e);
	// Replaces what is there. Where can_rename is set.
	int (*rename)(struct far *f, const char *from, const char *to, struct err *e);
	int (*remove)(struct far *f, const char *path, struct err *e); // 0 also when none is there
	// 1: hex is the SHA-256 as the server computed it; 0: it cannot. NULL: none of them can.
	int (*hash)(struct far *f, const char *path, char hex[65], struct err *e);
};

// 1: text is an address, of a kind of server that is served here; *u is it. 0: it is not; -1: it is
// no good one.
int far_is(const char *text, struct url *u, struct err *e);
// login may be NULL, and is copied; what it points to outlives the far.
int far_open(struct far **out, const char *text, const struct login *login, struct ui *ui,
	     struct err *e);
void far_close(struct far *f); // NULL is fine

// A file of at most max bytes, whole: 1 read, 0 there is none.
int far_get(struct far *f, const char *path, struct buf *out, size_t max, struct err *e);
// Written under another name first where the kind can rename.
int far_put(struct far *f, const char *path, const void *p, size_t n, struct err *e);
// Both in one, for who wants nothing else of that server: a job file, a list. -1 when there is
// none.
int far_fetch(const char *text, const struct login *login, struct ui *ui, struct buf *out,
	      size_t max, struct err *e);

// The file as a source. f outlives it. A server that is gone is waited for.
int far_src(struct far *f, const char *path, struct src **out, struct err *e);

// Seconds of silence that are suffered.
unsigned far_silence(const struct far *f, unsigned seconds);

// As err_set, of a way that was lost: in the words of who has noticed, and nothing behind them.
int far_lost(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

// The way there was lost, as e tells: waits until it is there again, tells so on the screen. 0: go
// on; -1: that was no lost way, or it did not come back.
int far_again(struct far *f, struct err *e);

// A folder of our own on this machine, empty; in memory where that is possible.
int far_folder_begin(char *path, size_t size, struct err *e);
void far_folder_end(const char *path); // with what is in it; "" is fine

#define X(n) extern const struct far_ops far_##n;
#include "far/list.h"
#undef X

#endif
