// SPDX-License-Identifier: GPL-2.0-or-later
// DEST on the command line, with everything that must never be written to kept out of reach.
#ifndef SALVOR_TARGET_H
#define SALVOR_TARGET_H

#include "dest/dest.h"
#include "dest/mount.h"
#include "far/far.h"
#include "salvor/source.h"
#include "work/work.h"

struct target {
	struct dest *dest;
	const struct source *source;
	struct ui *ui;
	struct survey own;	  // of all disks, when the source's is not
	const struct survey *all; // NULL until it is needed
	struct disk disk;	  // a whole disk as destination; path "" otherwise
	char identity[256];	  // as of a source
};

// Refuses, before anything is opened for writing: the source and what lies on it, its twin in the
// mirror, the boot medium. Logs in where that is needed, and looks what is there already. name: the
// file's where the operator gives a folder only. source outlives it and may be NULL: then no disk
// of any mirror is written to. login outlives it, too, and may be NULL.
int target_make(struct target *t, const char *spec, const char *name, const struct source *source,
		const struct login *login, struct ui *ui, struct err *e);
void target_free(struct target *t);

// Asks whether what is there may be replaced: an existing file, or all of a disk (not when the
// operator said yes before). Sets dest->overwrite. A usage error when nobody can answer, stopped
// when the answer is no.
int target_confirm(struct target *t, bool yes, struct err *e);

// An existing file, or one in parts (block/parts.h), to be read, given as a path, as an address on
// another machine, or as label:NAME/path or uuid:ID/path; then it is mounted read-only. A file
// system that a power cut has left with a full journal is mounted for writing instead, so that the
// journal is replayed: not on the disk not_on, not on members of a mirror, never when not_on is
// NULL. On failure nothing stays mounted. login: NULL where it must be a file of this machine.
struct image_file {
	char path[652];	  // or its address
	char beside[512]; // a path on this machine, beside which image_file_fetch puts small files
	char real[520];	  // the file, or the first of its parts; "" on another machine
	struct mounted mounted;
	struct far *far; // NULL: it is a file of this machine
	char folder[64]; // what far needs on this machine; ""
};
int image_file_find(struct image_file *f, const char *spec, const char *not_on,
		    const struct login *login, struct ui *ui, struct err *e);
int image_file_open(struct image_file *f, struct src **out, struct err *e);
// Is there such a file beside it? Then beside + suffix is it.
int image_file_fetch(struct image_file *f, const char *suffix, struct err *e);
void image_file_release(struct image_file *f);

// Where a work disk over `disk` keeps its changes: NULL for RAM, a path, or label:NAME/path or
// uuid:ID/path; then that is mounted for writing until store_place_end, or until the work disk that
// took it over is closed. Never on `disk`, its twin or the boot medium.
struct store_place {
	char path[512];
	struct work_store store;
};
int store_place_begin(struct store_place *p, const char *spec, const char *disk, struct ui *ui,
		      struct err *e);
void store_place_end(struct store_place *p);

#endif
