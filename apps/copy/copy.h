// SPDX-License-Identifier: GPL-2.0-or-later
// Copying a source, or what is wanted of it, into a sink: passes over the map, the map kept on
// disk, progress, stop.
#ifndef COPY_COPY_H
#define COPY_COPY_H

#include "base/sink.h"
#include "base/ui.h"
#include "copy/hash_sink.h"
#include "copy/pump.h"

// Takes the blocks and puts them where they belong.
struct copy_target {
	int (*put)(struct copy_target *t, const struct block *b, struct err *e);
	bool any_order; // blocks may come in any order and again
	size_t unit;	// bytes: blocks must hold whole ones of these (but at the end); 0: any
	const struct pump_work *work; // what is made of each on the way; NULL: nothing
};

struct copy {
	// in
	struct src *src;
	const struct map *wanted; // MAP_DONE: to be copied; as large as the source
	struct copy_target *target;
	// What the target writes to, so that it need not copy what it hashes; NULL: something else.
	struct hash_sink *hash;
	struct ui *ui;
	unsigned retries; // passes over what was unreadable; only for targets that take any order
	const char *map_path;	 // the map is saved here; NULL: not at all
	const char *map_comment; // lines for the map, or NULL
	// Makes what was put durable, called before the map is saved: a map never claims what a
	// pulled cable can take back. NULL: nothing needed.
	int (*sync)(void *arg, struct err *e);
	void *sync_arg;

	// in and out: MAP_TODO is copied; begin with a fresh one or with what map_load gave
	struct map map;
};

// Reads and puts everything wanted that is MAP_TODO in the map. On -1 (source gone, destination
// full, stopped) the map holds what is safe at the destination, and is saved.
int copy_run(struct copy *c, struct err *e);

// Bytes of what is wanted that were copied, and that could not be read.
uint64_t copy_done(const struct copy *c);
uint64_t copy_unreadable(const struct copy *c);

// A target that writes the source's bytes at their own offsets: sink_sparse in order, sink_patch
// behind.
struct copy_plain {
	struct copy_target target;
	struct sink *sink;
	uint64_t size; // of the source
};
void copy_plain_begin(struct copy_plain *t, struct sink *sink, uint64_t size);
// Zeros from the last piece to the end.
int copy_plain_end(struct copy_plain *t, struct err *e);

#endif
