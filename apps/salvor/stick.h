// SPDX-License-Identifier: GPL-2.0-or-later
// The stick this system was started from, and what it keeps over a restart: a small FAT behind the
// image, mounted only while it is read or written. The stick may be pulled at any time, and what is
// on it may have been written by anybody.
#ifndef SALVOR_STICK_H
#define SALVOR_STICK_H

#include "base/buf.h"
#include "base/size.h"
#include "base/ui.h"
#include "block/disk.h"
#include "part/part.h"

#define STICK_LABEL "SALVOR-SET"
// Where the partition begins, on every stick and for ever: far enough behind the image for those to
// come, so that writing a newer one over the old leaves it alone.
#define STICK_START (64 * MIB)
#define STICK_SIZE (64 * MIB)
#define STICK_LEAST (40 * MIB) // FAT32 of fewer clusters is taken for FAT16 by others

struct stick {
	struct disk disk;
	struct part_table table;
	uint64_t image_end; // bytes
	char settings[80];  // the device of its partition for settings; "" it has none
};

// 1: it is here; 0: none is; -1: two are, or it cannot be read.
int stick_find(struct stick *s, struct err *e);
// The device of a partition of it.
void stick_part(const struct disk *d, unsigned number, char *path, size_t size);

// What follows is for the rescue system alone; elsewhere it does nothing and finds no stick.

// For init, in the background: waits for the stick and takes what it keeps. Others wait for it.
// said: what happened, one line for the log.
void stick_load(struct buf *said);
// Has both known to the rest of the program, see far/host_keys.h.
void stick_keeps_host_keys(void);
// What is known now, onto the stick; what only the stick knew is known then, too. 1: done; 0: there
// is no stick, or it has no place for it; -1.
int stick_keep(struct err *e);
// Without the keys of this server, here and on the stick. Returns how many there were; -1.
int stick_forget(const char *host, bool *on_stick, struct err *e);
// The servers whose keys are known, one a line: "NAME TYPE".
void stick_known(struct buf *out);

// stick_make.c: makes that partition.
struct stick_plan {
	struct stick stick;
	uint64_t size;
	bool again; // one of before lies there, whose entry a newer image has overwritten
	bool there; // nothing to do
};
int stick_plan(struct stick_plan *p, struct err *e);
int stick_make(const struct stick_plan *p, struct ui *ui, struct err *e);

#endif
