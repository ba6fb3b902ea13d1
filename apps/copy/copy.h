// SPDX-License-Identifier: GPL-2.0-or-later
// Copying a source, or what is wanted of it, into a sink: the map kept on disk, progress, stop.
#ifndef COPY_COPY_H
#define COPY_COPY_H

#include "base/sink.h"
#include "base/ui.h"
#include "copy/hash_sink.h"
#include "copy/pump.h"
#include "copy/rescue_feed.h"

// Takes the blocks and puts them where they belong.
struct copy_target {
	int (*put)(struct copy_target *t, const struct block *b, struct err *e);
	bool any_order; // blocks may come in any order, and what failed may come later
	size_t unit;	// bytes: blocks must hold whole ones of these (but at the end); 0: any
	const struct pump_work *work; // what is made of each on the way; NULL: nothing
};

// How a copy that may come in any order goes round what cannot be read.
struct copy_rescue {
	const struct map *const *levels; // in falling worth, the last one is all that is wanted
	unsigned n_levels;
	const struct map *used; // what is in use, to be told in the progress; NULL: not known
	struct rescue_settings set;
	// The source is gone. Waits for it and puts it into *src; -1: it did not come. NULL: ends.
	int (*again)(void *arg, struct src **src, struct err *e);
	// The disk's health in a phrase, "" when nothing is known; may be NULL. moving: something
	// could be read within the last second.
	void (*health)(void *arg, bool moving, char *text, size_t size);
	void *arg;
};

struct copy {
	// in
	struct src *src;
	const struct map *wanted; // MAP_DONE: to be copied; as large as the source
	struct copy_target *target;
	// What the target writes to, so that it need not copy what it hashes; NULL: something else.
	struct hash_sink *hash;
	struct ui *ui;
	// NULL, or a target that wants order: front to back in one go, each sector tried until it
	// is clear whether it can be read.
	const struct copy_rescue *rescue;
	struct pace_limits limits; // front to back only max_rate and pause_s
	const char *map_path;	   // the map is saved here; NULL: not at all
	const char *map_comment;   // lines for the map, or NULL
	// Makes what was put durable, called before the map is saved: a map never claims what a
	// pulled cable can take back. NULL: nothing needed.
	int (*sync)(void *arg, struct err *e);
	// The map has been saved, for who keeps it somewhere else, too. NULL: nobody.
	int (*saved)(void *arg, struct err *e);
	void *sync_arg;

	// in and out: begin with a fresh one or with what map_load gave
	struct map map;
};

// Reads and puts everything wanted that is not MAP_DONE in the map, or not given up there. On -1
// (source gone, destination full, stopped) the map holds what is safe at the destination, and is
// saved. 0 also when the operator has had enough.
int copy_run(struct copy *c, struct err *e);

// Bytes of what is wanted that were copied; that were tried, and could not be read.
uint64_t copy_done(const struct copy *c);
uint64_t copy_unreadable(const struct copy *c);

// A target that writes the source's bytes at their own offsets.
struct copy_plain {
	struct copy_target target;
	struct sink *sink;
	uint64_t size; // of the source
	bool jumps;    // what lies between two blocks may still come
};
// resumed: the sink holds something already.
void copy_plain_begin(struct copy_plain *t, struct sink *sink, uint64_t size, bool resumed);
// Zeros wherever nothing was copied.
int copy_plain_end(struct copy_plain *t, const struct map *map, struct err *e);

#endif
