// SPDX-License-Identifier: GPL-2.0-or-later
// A program that runs beside us, with one end of a pipe in our hands.
#ifndef FAR_STREAM_H
#define FAR_STREAM_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/ui.h"

struct far_stream {
	pid_t pid; // 0: none runs
	int in;	   // its standard input, to write to; -1: none
	int out;   // its standard output, to read from; -1: none
	int words; // what it said on standard error: a file in memory
};

enum { STREAM_IN = 1, STREAM_OUT = 2 };

// Starts argv with this environment (NULL: as run.h has it). ends: what of its input and output is
// a pipe; the rest is /dev/null. Our ends never block.
int stream_begin(struct far_stream *s, const char *const *argv, const char *const *env,
		 unsigned ends, struct err *e);

// All waits look at the clock, the operator and the program. 0: done; -1: e says what; with num
// EPIPE: the program has ended or closed its end, ETIMEDOUT: silence for so long.
int stream_write(struct far_stream *s, const void *p, size_t n, unsigned silence_s, struct ui *ui,
		 struct err *e);
// The same without a copy where that is possible: the memory stays as it is until the other end is
// known to have it.
int stream_lend(struct far_stream *s, const void *p, size_t n, unsigned silence_s, struct ui *ui,
		struct err *e);
// At least one byte, *n of them; 0 at the end.
int stream_read(struct far_stream *s, void *p, size_t *n, unsigned silence_s, struct ui *ui,
		struct err *e);
// Would stream_read return at once?
bool stream_has(const struct far_stream *s);

// Closes the pipes and waits for its end. Returns its status as run.h has it, 128 + SIGKILL when it
// had to be killed after wait_s seconds or the operator's stop. words: what it said, may be NULL.
int stream_end(struct far_stream *s, unsigned wait_s, struct ui *ui, struct buf *words);
// At once.
void stream_kill(struct far_stream *s, struct buf *words);

#endif
