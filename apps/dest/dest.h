// SPDX-License-Identifier: GPL-2.0-or-later
// Destinations: where a backup or an image goes. The contract is in the order of calls: look and
// check before anything is read, then open, write through the sink, then either close (everything
// is there, under its final name) or abort (nothing that looks complete is left).
//
// Beside the copy lie small files (NAME.map, NAME.sha256, ...). They are always written as files of
// this machine, beside `beside`. Where the copy lies on another machine that is a folder of our
// own, and dest_send takes them over there.
#ifndef DEST_DEST_H
#define DEST_DEST_H

#include <stdbool.h>

#include "base/sink.h"
#include "base/ui.h"
#include "block/src.h"
#include "far/login.h"

struct dest {
	const struct dest_ops *ops;
	struct sink sink; // valid between open and close
	char name[512];	  // as given, for messages
	// Path of the file, there already or not, beside which map, log, ... belong; "" none.
	char beside[512];
	// Where the bytes lie until close: beside with ".part", or the device; "" nowhere.
	char part[520];
	char shown[640];    // the copy in messages and reports: its path or its address
	bool far;	    // not on this machine: neither beside nor part is a place of the copy
	bool sparse;	    // holes take no room there
	bool can_split;	    // into several files
	bool can_patch;	    // what was written can be changed
	bool can_resume;    // what was written before an abort can be gone on with
	const char *breaks; // what cannot be survived there, a sentence for the plan; NULL: nothing

	// Filled by look:
	bool is_there, has_part; // something has the final name, the name with ".part"

	// Set by the caller before check:
	bool overwrite;	    // an existing file may be replaced
	bool resume;	    // go on with what an earlier run left in part; then open gives
	uint64_t resume_at; // sink.pos = resume_at (bytes), or less when less is there
	bool keep;	    // abort leaves part for a later run
	bool read_soon;	    // what is written will be read once more, as soon as it is complete
	uint64_t split;	    // bytes of one file at most; 0: as many as the place takes
	// What close compares beside the length.
	enum dest_compare { DEST_AS_USUAL, DEST_READ_BACK, DEST_NO_READING } compare;
	bool hashes;	 // the server computes a hash: filled by look
	bool reads_back; // usual here is to read all of it once more: filled by make or look

	// Filled by sync and close: in how many files it lies (block/parts.h); 0: in one.
	unsigned parts;

	// Filled by close: what agrees over there; NULL: nobody was asked.
	const char *compared;
};

// What making a destination may need from above.
struct dest_env {
	const char *name; // file name where the operator gave a folder only
	// The file system with a label (key "label") or UUID (key "uuid"): its device and type as
	// blkid names it. Refuses those that must not be written to.
	int (*find_fs)(void *arg, const char *key, const char *value, char *device,
		       size_t device_size, char *type, size_t type_size, struct err *e);
	void *arg;
	const struct login *login; // outlives the destination; NULL: nothing is set
	struct ui *ui;
};

struct dest_ops {
	const char *name;
	// 1: spec is written my way and *out is made, 0: not mine, -1: mine, but it cannot be.
	int (*make)(struct dest **out, const char *spec, const struct dest_env *env, struct err *e);
	// Reaches it, logs in, and sees what is there already. NULL: nothing to see.
	int (*look)(struct dest *d, struct err *e);
	// Writable, room for need bytes in all, name free. After look.
	int (*check)(struct dest *d, uint64_t need, struct err *e);
	// What has the final name gets the one with ".part" again, before open. NULL: cannot.
	int (*reopen)(struct dest *d, struct err *e);
	// size: bytes that will come, UINT64_MAX: not known.
	int (*open)(struct dest *d, uint64_t size, struct err *e);
	// What was written is safe now; NULL: cannot tell.
	int (*sync)(struct dest *d, struct err *e);
	// 1: hex is the hash of what lies there, as it was computed over there; 0: that cannot be
	// had. NULL: never. After sync.
	int (*hash)(struct dest *d, char hex[65], struct err *e);
	// Everything was written, sink.pos bytes with this hash: gives it the final name when the
	// far side agrees.
	int (*close)(struct dest *d, const char *sha256, struct err *e);
	void (*abort)(struct dest *d);
	// What lies there, read back: after sync or close. NULL: cannot be read.
	int (*read)(struct dest *d, struct src **out, struct err *e);
	// The small files, where they do not lie at their place already: beside + suffix goes
	// there, whole or not at all; comes from there (1: it did, 0: there is none); is removed
	// there.
	int (*send)(struct dest *d, const char *suffix, struct err *e);
	int (*fetch)(struct dest *d, const char *suffix, struct err *e);
	int (*drop)(struct dest *d, const char *suffix, struct err *e);
	void (*free)(struct dest *d); // after close or abort, or without open
};

int dest_make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e);
int dest_look(struct dest *d, struct err *e);
int dest_sync(struct dest *d, struct err *e);
// What close will compare, for the plan; NULL: nothing. After look.
const char *dest_compares(const struct dest *d);
int dest_hash(struct dest *d, char hex[65], struct err *e);
int dest_read(struct dest *d, struct src **out, struct err *e);
// Nothing to do where they are files of this machine. dest_fetch tells whether beside + suffix is
// there now; dest_drop removes both, and does not mind when they are not there.
int dest_send(struct dest *d, const char *suffix, struct err *e);
int dest_fetch(struct dest *d, const char *suffix, struct err *e);
int dest_drop(struct dest *d, const char *suffix, struct err *e);
void dest_free(struct dest *d); // NULL is fine

// For the members' check: nothing of that name is there, or it may be replaced or gone on with.
int dest_replaces(const struct dest *d, struct err *e);

#define X(n) extern const struct dest_ops dest_##n;
#include "dest/list.h"
#undef X

#endif
