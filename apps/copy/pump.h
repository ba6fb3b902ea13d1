// SPDX-License-Identifier: GPL-2.0-or-later
// Reading, working and writing at the same time: one thread reads ahead into a small ring of
// blocks, one on every core works on them where that is asked for, the caller's thread empties it.
#ifndef COPY_PUMP_H
#define COPY_PUMP_H

#include "copy/reader.h"

#define PUMP_SLOTS                                                                                 \
	8 // blocks in flight; memory is PUMP_SLOTS * (READER_BLOCK + what was made of it)

// What was made of a unit.
struct made {
	uint64_t off;  // of the unit on the source
	size_t len;    // bytes of the result
	uint8_t *data; // the result
};

// What is wanted of one stretch of READER_BLOCK bytes of the source. It begins where something is
// wanted: so the blocks of a file system that lies at an odd multiple of 512 are read into aligned
// memory.
struct block {
	uint64_t off;	     // of the stretch
	uint8_t *data;	     // what lies at x on the source is at data + (x - off)
	struct piece *piece; // what was read, in order
	size_t n, cap;
	struct made *made; // what was made of it, in order
	size_t n_made;
	uint64_t mark; // take's own, for release
};

// Work on the way from reading to writing.
struct pump_work {
	size_t unit; // bytes, divides READER_BLOCK; what the reader wants must be whole units
	size_t room; // bytes of a result at most
	// What a thread needs of its own, and its end.
	void *(*begin)(void *arg);
	void (*end)(void *own);
	// Makes the unit at off, zeros behind the end of the source, into out. Returns how long
	// that is. Many threads are in it at once.
	size_t (*make)(void *arg, void *own, uint64_t off, const void *data, void *out);
	void *arg;
	unsigned threads; // 0: one for each core
};

struct pump {
	// A block, in order, and then each piece of it; either may be NULL. -1 ends the pump.
	int (*take)(void *arg, struct block *b, struct err *e);
	int (*piece)(void *arg, const struct piece *p, struct err *e);
	// After every block, and four times a second while the disk keeps silent; -1 ends the pump.
	int (*tick)(void *arg, struct err *e);
	// Called some blocks after take, in order: returns when nobody looks at b->data any more.
	// NULL: nobody does when take returns.
	void (*release)(void *arg, const struct block *b);
	void *arg;
	size_t unit; // blocks end at multiples of this, whatever cannot be read; 0: anywhere
	const struct pump_work *work; // NULL: none
};

// Moves everything the reader has. The functions of pump are called in this thread. When the reader
// fails, what it had read before is still taken, as far as it is whole units. Returns only when all
// threads have ended: after -1 from take or tick that is when the disk has answered its last read.
int pump_run(const struct pump *pump, struct reader *r, struct err *e);

#endif
