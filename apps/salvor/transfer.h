// SPDX-License-Identifier: GPL-2.0-or-later
// What backup, image and restore have in common: from the two words of the operator to a copy that
// is whole, with its map, hash, report and log beside it. The order of calls is the order below;
// transfer_end is always called.
#ifndef SALVOR_TRANSFER_H
#define SALVOR_TRANSFER_H

#include "copy/copy.h"
#include "copy/hash_sink.h"
#include "copy/lost.h"
#include "copy/worth.h"
#include "salvor/care.h"
#include "salvor/outcome.h"
#include "salvor/target.h"

struct transfer {
	struct job *job;
	struct ui *ui;
	struct source source;
	struct target target;
	struct map wanted; // MAP_DONE: to be copied
	struct buf notes;  // on how wanted was found, lines
	struct buf order;  // in which order it is copied, a line of the plan
	char base[512];	   // side files are this with ".map", ".sha256", ...; "" none
	char shown[640];   // the same in messages: where they will be found
	char map_shown[652];
	bool own_map; // the operator said where the map lies
	char map_path[520], comment[600];
	bool resumed;	    // an earlier run is gone on with
	bool reopen;	    // it ended with its final name
	struct worth worth; // what is in use, as far as somebody has asked
	const struct map *whole;
	struct copy_rescue rescue; // copy.rescue points here when there is such a plan
	struct care care;	   // while it is copied
	struct copy copy;
	struct hash_sink hash;
	bool is_open, is_hashing;
	char sha256[65];
	struct lost lost; // which files are damaged
	bool lost_known;  // that was found out
	struct outcome outcome;
	// What else belongs beside the copy: called once it is whole, before the report. NULL:
	// nothing.
	int (*beside)(struct transfer *t, void *arg, struct err *e);
	void *beside_arg;
};

// Opens the source and makes the destination. suffix: of the file's name where DEST is a folder.
// map: the operator's --map, or NULL.
int transfer_begin(struct transfer *t, struct job *j, struct ui *ui, const char *suffix,
		   const char *map, struct err *e);

// wanted becomes the whole source, or what of it is in use.
void transfer_wanted(struct transfer *t, bool used);

// Only the first len bytes of the source from now on, for after transfer_wanted; see cut_source.
int transfer_cut(struct transfer *t, uint64_t len, struct err *e);

// Looks for what an earlier run left of the same copy, and prepares to go on with it. asked: the
// operator named the map, then a copy that has its final name already is gone on with, too.
int transfer_resume(struct transfer *t, bool asked, struct err *e);

// Files of so many bytes at most, before transfer_check; 0: as the place wants it.
int transfer_split(struct transfer *t, uint64_t bytes, struct err *e);

// What close compares besides the length: "auto", "yes": all is read back, "no"; before
// transfer_check.
int transfer_compare(struct transfer *t, const char *how, struct err *e);

// Asks and checks (room, names); need: bytes at the destination. Fills the job's text with the
// plan.
int transfer_check(struct transfer *t, uint64_t need, struct err *e);

// Opens the destination; write to t->hash.sink from then on. patches: what was written will be
// changed, its hash is for the end.
int transfer_open(struct transfer *t, uint64_t size, bool patches, struct err *e);

// Copies into the target.
int transfer_copy(struct transfer *t, struct copy_target *target, struct err *e);

// Everything is written: hash, final name, files beside, report. kind: "backup", "image", for the
// text.
int transfer_finish(struct transfer *t, const char *kind, struct err *e);

// transfer_lost.c: looks which files are damaged in a copy that lies at its place now, and leaves
// NAME.lost beside it; does nothing where all was read. Not knowing is no error: it is told. Then
// puts what was found into the report and the text.
void transfer_lost(struct transfer *t, bool image);
void transfer_tell_lost(struct transfer *t);

// A file of that suffix beside base has been written: takes it to where the copy lies.
int transfer_send(struct transfer *t, const char *suffix, struct err *e);

void transfer_end(struct transfer *t);

#endif
