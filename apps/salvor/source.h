// SPDX-License-Identifier: GPL-2.0-or-later
// SOURCE on the command line: a disk, a partition, an image file, `survivor`, `work`.
#ifndef SALVOR_SOURCE_H
#define SALVOR_SOURCE_H

#include "inspect/survey.h"

struct source {
	char path[256];	    // "/dev/sdb", "/dev/sdb3", the file's path
	char real[256];	    // the same; of the work disk: the disk it stands for
	struct src *src;    // past the page cache where it is a device
	struct src *whole;  // what src is the first part of, after source_cut; else NULL
	unsigned partition; // its number; 0: a whole disk or a file
	bool is_file;
	struct disk disk;     // the disk it is or lies on; of a file: path and size only
	char identity[256];   // one line that is the same when the same source is found again
	struct survey survey; // of all disks when it is a device, of itself when it is a file
};

int source_open(struct source *s, const char *spec, struct ui *ui, struct err *e);
// From now on it ends after len bytes (fewer than it has), with the backup of a GPT at that end.
// changed (len bytes; or NULL): where it differs from the disk.
int source_cut(struct source *s, uint64_t len, struct map *changed, struct err *e);
// A disk that is gone: looks whether it answers again, maybe under another name, by a read at `at`;
// then s is open again. -1: not yet, e says why.
int source_again(struct source *s, uint64_t at, struct err *e);
void source_close(struct source *s);

#endif
