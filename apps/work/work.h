// SPDX-License-Identifier: GPL-2.0-or-later
// The work disk: a copy-on-write overlay over a read-only source, shown as an ordinary SCSI disk.
// Device mapper's persistent snapshot holds the changes, LIO's loopback fabric makes the disk.
// One at a time; it outlives the process that opened it (its facts lie in /run/salvor/work).
#ifndef WORK_WORK_H
#define WORK_WORK_H

#include <stdbool.h>

#include "base/json.h"
#include "base/ui.h"
#include "block/disk.h"
#include "dest/mount.h"

struct work {
	struct disk source; // the real disk
	struct disk disk;   // the work disk: path "/dev/sdc", its numbers
	char store[256];    // the file that holds the changed chunks
	bool store_in_ram;
	uint64_t store_size; // bytes it may grow to
	uint64_t chunk;	     // bytes: granularity of a change
	char commit[256];    // undo file of a commit that was begun and has not ended; "" none
	bool in_repair;	     // a repair was begun on it and has not ended: not to be committed
};

// One process at a time opens, repairs, commits, undoes or discards: a repair's mounts are not seen
// from outside. Logical volumes that a killed one left open are taken away. Held until the
// descriptor it returns is closed; -1 when another one has it. The functions below that change
// something take it themselves; repair holds it while it works.
int work_lock(struct err *e);

// Where the changes are kept: a file to be made on a mounted file system, or RAM (at most half of
// what is free).
struct work_store {
	const char *path;  // NULL: RAM
	struct mounted fs; // what was mounted for it alone, dir "" for nothing
};

// source: a disk or a partition of it. On success store->fs is taken over: unmounted together with
// the work disk.
int work_open(struct work *w, const char *source, struct work_store *store, struct ui *ui,
	      struct err *e);

// The one that is open. 1 there is one, 0 there is none, -1 trouble (it says what to do).
int work_get(struct work *w, struct err *e);

// Remembers that a repair begins to change the work disk, or that it has ended well.
int work_in_repair(struct work *w, bool on, struct err *e);

// Fill level of the store; -1 when the snapshot has become invalid (store full): the repair must
// be thrown away.
int work_usage(const struct work *w, uint64_t *used, uint64_t *size, struct err *e);

// MAP_DONE where the work disk differs from the source (real difference, sector by sector;
// unchanged chunks are left out).
int work_changes(const struct work *w, struct map *m, struct ui *ui, struct err *e);

// Whether the undo file may lie there: 1 yes; 0 it would lie in RAM and be gone at power-off; -1
// not at all (on the disk being changed, no such folder, exists already though no commit was
// begun).
int work_undo_place(const struct work *w, const char *undo_path, struct err *e);

// Writes the changes to the real disk: first the old contents to the undo file (its format:
// work/undo.h), synced together with its folder, then the new ones, then reads them back. A
// commit cut anywhere is finished by calling it again with the same undo file, or undone with it.
// The identity (serial, size) of the disk is checked, and that what is to be overwritten is still
// what the overlay was made over. On success the work disk is closed.
int work_commit(struct work *w, const char *undo_path, struct ui *ui, struct err *e);

// Takes the work disk down and forgets the changes, also one that was only half opened. Refused
// while something is mounted from it (says what). No work disk at all is fine. Warns when a commit
// was begun and not ended.
int work_discard(struct ui *ui, struct err *e);

// Puts every sector of an undo file back; finish: the other way, ends a commit that was cut.
// Checks the file whole (hash) and the disk's identity first. force: also when sectors were
// changed since.
int work_undo(const char *undo_path, const char *disk, bool finish, bool force, struct ui *ui,
	      struct err *e);

#endif
