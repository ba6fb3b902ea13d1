// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations: where a backup or an image goes. The contract is in the order of calls: check
// before anything is read, then open, write through the sink, then either close (everything is
// there, under its final name) or abort (nothing that looks complete is left).
#ifndef DEST_DEST_H
#define DEST_DEST_H

#include <stdbool.h>

#include "base/sink.h"
#include "base/ui.h"

struct dest {
	const struct dest_ops *ops;
	struct sink sink; // valid between open and close
	char name[512];	  // as given, for messages
	// Path of the file, there already or not, beside which map, log, ... belong; "" none.
	char beside[512];
	// Where the bytes lie until close: beside with ".part", or the device; "" nowhere.
	char part[520];
	bool sparse;	 // holes take no room there
	bool can_patch;	 // what was written can be changed
	bool can_resume; // what was written before an abort can be gone on with

	// Set by the caller before check:
	bool overwrite;	    // an existing file may be replaced
	bool resume;	    // go on with what an earlier run left in part; then open gives
	uint64_t resume_at; // sink.pos = resume_at (bytes), or less when less is there
	bool keep;	    // abort leaves part for a later run
};

// What making a destination may need from above.
struct dest_env {
	const char *name; // file name where the operator gave a folder only
	// The file system with a label (key "label") or UUID (key "uuid"): its device and type as
	// blkid names it. Refuses those that must not be written to.
	int (*find_fs)(void *arg, const char *key, const char *value, char *device,
		       size_t device_size, char *type, size_t type_size, struct err *e);
	void *arg;
};

struct dest_ops {
	const char *name;
	// 1: spec is written my way and *out is made, 0: not mine, -1: mine, but it cannot be.
	int (*make)(struct dest **out, const char *spec, const struct dest_env *env, struct err *e);
	// Reachable, writable, room for need bytes in all, name free.
	int (*check)(struct dest *d, uint64_t need, struct err *e);
	int (*open)(struct dest *d, uint64_t size, struct err *e);
	int (*sync)(struct dest *d,
		    struct err *e); // what was written is safe now; NULL: cannot tell
	int (*close)(struct dest *d, struct err *e);
	void (*abort)(struct dest *d);
	void (*free)(struct dest *d); // after close or abort, or without open
};

int dest_make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e);
int dest_sync(struct dest *d, struct err *e);
void dest_free(struct dest *d); // NULL is fine

#define X(n) extern const struct dest_ops dest_##n;
#include "dest/list.h"
#undef X

#endif
