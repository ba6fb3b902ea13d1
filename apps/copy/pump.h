// SPDX-License-Identifier: GPL-2.0-or-later
// Reading, working and writing at the same time: one thread reads ahead into a small ring of
// blocks, one on every core works on them where that is asked for, the caller's thread empties it.
#ifndef COPY_PUMP_H
#define COPY_PUMP_H

#include "copy/feed.h"

#define PUMP_SLOTS 8 // blocks in flight; memory is PUMP_SLOTS * (FEED_BLOCK + what was made of it)

// Work on the way from reading to writing.
struct pump_work {
	size_t unit; // bytes, divides FEED_BLOCK; what is wanted must be whole units
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
	// Called in order of take, and again until it says so: does nobody look at b->data any
	// more? With wait it returns when that is true. NULL: nobody does when take returns.
	bool (*release)(void *arg, const struct block *b, bool wait);
	void *arg;
	size_t unit; // blocks end at multiples of this, whatever cannot be read; 0: anywhere
	const struct pump_work *work; // NULL: none
};

// Moves everything the feed has. The functions of pump are called in this thread. When the feed
// fails, what it had read before is still taken, as far as it is whole units. Returns only when all
// threads have ended: after -1 from take or tick that is when the disk has answered its last read.
int pump_run(const struct pump *pump, struct feed *f, struct err *e);

#endif
