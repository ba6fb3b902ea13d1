// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations: where a backup or an image goes. The contract is in the order of calls: check before anything is read,
// then open, write through the sink, then either close (everything is there, under its final name) or abort
// (nothing that looks complete is left).
#ifndef DEST_DEST_H
#define DEST_DEST_H

#include <stdbool.h>

#include "base/sink.h"
#include "base/ui.h"

struct dest {
	const struct dest_ops *ops;
	struct sink sink;	// valid between open and close
	char name[512];		// as given, for messages
};

struct dest_ops {
	const char *name;
	bool (*mine)(const char *spec);		// is this way of writing it mine?
	// Makes *out from spec and file name (name is used when spec ends with '/').
	int (*make)(struct dest **out, const char *spec, const char *name, struct err *e);
	// Reachable, writable, room for need bytes, name free.
	int (*check)(struct dest *d, uint64_t need, struct err *e);
	int (*open)(struct dest *d, uint64_t size, struct err *e);
	int (*close)(struct dest *d, struct err *e);	// also frees nothing: dest_free does
	void (*abort)(struct dest *d);
	// Path of a local file to put side files (map, log, ...) beside, NULL when there is none.
	const char *(*beside)(struct dest *d);
	void (*free)(struct dest *d);
};

int dest_make(struct dest **out, const char *spec, const char *name, struct err *e);
void dest_free(struct dest *d);

#define X(n) extern const struct dest_ops dest_##n;
#include "dest/list.h"
#undef X

#endif
