// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and writing at the same time: a thread fills a small ring of buffers, the caller's thread
// empties it.
#ifndef COPY_PUMP_H
#define COPY_PUMP_H

#include "copy/reader.h"

#define PUMP_SLOTS 8 // pieces in flight; memory is PUMP_SLOTS * READER_BLOCK

struct pump {
	// A piece, in order; -1 ends the pump.
	int (*take)(void *arg, const struct piece *p, struct err *e);
	// After every piece, and four times a second while the disk keeps silent; -1 ends the pump.
	int (*tick)(void *arg, struct err *e);
	void *arg;
};

// Moves everything the reader has. Both functions are called in this thread. When the reader fails,
// what it had read before is still taken. Returns only when the reading thread has ended: after -1
// from take or tick that is when the disk has answered its last read.
int pump_run(const struct pump *pump, struct reader *r, struct err *e);

#endif
