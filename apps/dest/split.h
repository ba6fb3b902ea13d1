// SPDX-License-Identifier: GPL-2.0-or-later
// A file that is being written under a temporary name, in parts where a limit wants it: NAME.part,
// or NAME.001.part, NAME.002.part, ... (block/parts.h). What follows treats both as one.
#ifndef DEST_SPLIT_H
#define DEST_SPLIT_H

#include "dest/writer.h"

struct split_part;

struct split {
	int dir;	   // the folder, opened; stays the caller's
	const char *file;  // name in it
	const char *shown; // path or address of the file, for messages
	uint64_t limit;	   // bytes of a part at most; UINT64_MAX: one file
	bool read_soon;	   // what is written will be read once more
	bool gone;	   // the server, as the last error has it: nothing more is asked of it
	bool numbered;
	unsigned n;
	struct split_part *part;
	int again;	    // what split_read_anew has open:
	unsigned again_is;  // the part of this number; 0: none
	size_t again_block; // which is read in these
};

// What is there: the final name, the temporary one. Links are not followed.
bool split_is_there(int dir, const char *file);
bool split_has_part(int dir, const char *file);
// What it takes of the disk: bytes of all of its files under either name.
uint64_t split_used(int dir, const char *file);
// The final name becomes the temporary one.
int split_reopen(int dir, const char *file, const char *shown, struct err *e);

// Members dir to read_soon are filled. resume: what is there is kept, and is written in as many
// parts as it was begun in; else it is removed. alone: refuses what another process has open this
// way.
int split_open(struct split *s, bool resume, bool alone, struct err *e);
uint64_t split_length(const struct split *s);
// It ends there, and goes on from there.
int split_cut(struct split *s, uint64_t length, struct err *e);
int split_put(struct split *s, uint64_t off, const void *p, size_t n, struct err *e);
int split_zero(struct split *s, uint64_t off, uint64_t len, struct err *e);
// A hole, where there is one part and the file system can; -1: it could not.
int split_punch(struct split *s, uint64_t off, uint64_t len);
// All of it, so many bytes, is safe; what was never written reads as zeros.
int split_sync(struct split *s, uint64_t length, struct err *e);
// After split_sync: are the files as long as they are to be, as who keeps them says when asked
// anew?
int split_compare_lengths(struct split *s, struct err *e);
// After split_sync: from where it lies, not out of this machine's memory where that can be had. In
// order, from 0 on; blocks and memory as O_DIRECT wants them, but for the end.
int split_read_anew(struct split *s, uint64_t off, void *p, size_t n, struct err *e);
// Gives it the final name, and what was there under that name is gone. Closed afterwards, unless
// it fails.
int split_finish(struct split *s, struct err *e);
void split_close(struct split *s,
		 bool keep); // keep: what was written stays, under its temporary name

#endif
