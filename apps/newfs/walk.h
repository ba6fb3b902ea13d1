// SPDX-License-Identifier: GPL-2.0-or-later
// Inside newfs/: going through a mounted tree, for whoever makes it anew.
#ifndef NEWFS_WALK_H
#define NEWFS_WALK_H

#include <sys/stat.h>
#include <sys/types.h>

#include "newfs/newfs.h"

// What is made has a number, chosen by who makes it, never 0.
struct walk_ops {
	// The folder that fd is, all of which follows. parent: the number of the one it is in.
	int (*begin)(void *to, int fd, const struct stat *st, uint64_t id, uint64_t parent,
		     struct err *e);
	// What stands in it and is no folder.
	int (*file)(void *to, int fd, const char *name, const struct stat *st, uint64_t *id,
		    struct err *e);
	// One more name of something, in it.
	int (*again)(void *to, const char *name, const struct stat *st, uint64_t id, struct err *e);
	// A folder in it, which is begun later.
	int (*folder)(void *to, const char *name, uint64_t *id, struct err *e);
	int (*end)(void *to, int fd, const struct stat *st, struct err *e);
	// Into a folder of the one that was last ended or gone back to, and back; may be NULL.
	int (*down)(void *to, const char *name, struct err *e);
	int (*up)(void *to, struct err *e);
};

struct walk_job {
	const struct walk_ops *ops;
	void *to;
	uint64_t root; // number of the first folder
	const struct newfs_tree *tree;
	struct newfs_count *count;
	struct ui *ui;
};

int walk_tree(const struct walk_job *job, struct err *e);

// Where a name stands, for calls that take no descriptor; "." is the folder itself.
char *walk_path(int fd, const char *name);
// What stands there, which was looked at before, and is a file: for reading. -1.
int walk_open(int fd, const char *name, const struct stat *st, struct err *e);
// Flags that mean the same to every file system (chattr).
unsigned walk_flags(int fd);

#endif
