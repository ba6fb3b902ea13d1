// SPDX-License-Identifier: GPL-2.0-or-later
// Work in a child process of its own: for libraries that trust what they read more than they
// should. Whatever happens to the child, its parent goes on.
#ifndef BASE_APART_H
#define BASE_APART_H

#include "base/buf.h"
#include "base/err.h"
#include "base/ui.h"

#define APART_ANSWER (256u << 20) // bytes: more is no answer

// Runs work in a child that may use so many seconds of processor time and memory for a while, but
// no more; `answer` gets what it added to its buffer. It must not touch log, ui or locks of others:
// other threads are not there. -1 with its error, or when it crashed or was killed; or stopped.
int apart_run(int (*work)(void *arg, struct buf *answer, struct err *e), void *arg,
	      unsigned seconds, struct buf *answer, struct ui *ui, struct err *e);

#endif
