// SPDX-License-Identifier: GPL-2.0-or-later
// A file in a folder that is mounted, wherever from: what such destinations have in common. Written
// as NAME.part, renamed when it is whole; in parts where no file may be as long.
#ifndef DEST_FOLDER_H
#define DEST_FOLDER_H

#include "dest/dest.h"
#include "dest/mount.h"
#include "dest/split.h"

struct folder_dest {
	struct dest dest;
	struct mounted mounted;
	bool remote;  // on a server
	bool punches; // what is there can become a hole
	struct ui *ui;
	int dir;	// the folder
	char file[256]; // name in it
	bool is_open;
	struct split out;
};

struct folder_dest *folder_begin(const char *spec, struct ui *ui);
// path: of a file or of a folder, which takes `name` then; below what is mounted when something is.
// -1: f is still the caller's.
int folder_enter(struct folder_dest *f, const char *path, const char *name, struct err *e);

int folder_look(struct dest *d, struct err *e);
int folder_check(struct dest *d, uint64_t need, struct err *e);
int folder_reopen(struct dest *d, struct err *e);
int folder_open(struct dest *d, uint64_t size, struct err *e);
int folder_sync(struct dest *d, struct err *e);
int folder_close(struct dest *d, const char *sha256, struct err *e);
void folder_abort(struct dest *d);
int folder_read(struct dest *d, struct src **out, struct err *e);
void folder_free(struct dest *d);

// All of them but name and make.
#define FOLDER_OPS                                                                                 \
	.look = folder_look, .check = folder_check, .reopen = folder_reopen, .open = folder_open,  \
	.sync = folder_sync, .close = folder_close, .abort = folder_abort, .read = folder_read,    \
	.free = folder_free

// probe.c: writes a small file into the folder and removes it: it can be written to, and *holes
// take no room there. file: its name is this with ".try".
int probe_folder(int dir, const char *file, const char *shown, bool *holes, struct err *e);

#endif
