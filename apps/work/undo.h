// SPDX-License-Identifier: GPL-2.0-or-later
// The undo file: what a commit changed on a disk, with the old contents and the new ones, so that
// a commit can be taken back, and one that was cut (power, a pulled medium) can also be finished.
// It is complete and on its medium before the first sector of the disk is written: it is the
// commit's journal.
//
// Little-endian:
//   0x000 magic "SALVUNDO"          0x008 le32 version 1       0x00c le32 size of this header, 512
//   0x010 le64 size of the disk     0x018 le64 ranges          0x020 le64 bytes of all ranges
//   0x028 le64 time of writing (seconds since 1970)            0x030 model, 64 bytes, NUL-padded
//   0x070 serial number, 64 bytes   0x0b0 SHA-256 of the whole file, these 32 bytes taken as zeros
//   0x200 the ranges: le64 offset on the disk, le64 length, ascending, multiples of 512; then
//         zeros up to the next multiple of 512
//   then the old contents of all ranges one after the other, then the new contents in the same way.
#ifndef WORK_UNDO_H
#define WORK_UNDO_H

#include "base/ui.h"
#include "block/disk.h"
#include "block/src.h"
#include "work/real.h"

struct undo {
	char path[256];
	char model[64], serial[64];
	char id[65]; // its hash: the same commit has the same one, wherever the file lies
	uint64_t disk_size, created;
	struct range *r;
	size_t n;
	uint64_t bytes; // of all ranges
	struct src *file;
	uint64_t at[2]; // where the old (0) and the new (1) contents begin in the file
};

enum undo_side { UNDO_OLD, UNDO_NEW };

// Writes the file for the DONE ranges of changes: old contents from source, new ones from
// changed. It appears under its name only when it is complete; it and its folder are synced. An
// existing file is never overwritten.
int undo_write(const char *path, const struct disk *d, const struct map *changes,
	       struct src *source, struct src *changed, struct ui *ui, struct err *e);

// Opens a file and checks all of it: structure, hash.
int undo_open(struct undo *u, const char *path, struct ui *ui, struct err *e);
void undo_close(struct undo *u);

// Is this the disk it was written for? By size and, where both know one, serial number (image
// files have none).
int undo_check_disk(const struct undo *u, const struct disk *d, struct err *e);

// How many sectors of the ranges hold neither the old nor the new contents; the first of them
// goes to *first (bytes).
int undo_foreign(const struct undo *u, struct real *t, uint64_t *count, uint64_t *first,
		 struct ui *ui, struct err *e);

// Writes one side to the disk, flushes, reads it back and compares. May be repeated after any
// failure.
int undo_apply(const struct undo *u, enum undo_side side, struct real *t, struct ui *ui,
	       struct err *e);

#endif
