// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: what the readers of Linux' own file systems share. A driver knows its inodes;
// going along a path, following links, judging what is asked for and telling why it cannot be had
// stands here.
#ifndef FSMAP_PATH_H
#define FSMAP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "fsmap/fsmap.h"

struct path_at {
	uint64_t tree, inode; // tree: 0 where a file system has one only
};

struct path_fs;
struct path_list; // who wants to know a folder's entries

// All but begin return 0 or an errno; with EIO a driver may say more in why.
struct path_ops {
	// A new question: budgets are as they were, why is empty.
	void (*begin)(struct path_fs *p);
	// The entry `name` of a folder; ENOENT. "..", too.
	int (*step)(struct path_fs *p, const struct path_at *folder, const char *name, size_t len,
		    struct path_at *to);
	int (*stat)(struct path_fs *p, const struct path_at *at, struct stat *st);
	// The first max bytes of a file, or what a link says, appended; max is not more than it
	// has.
	int (*read)(struct path_fs *p, const struct path_at *at, uint64_t max, struct buf *out);
	// Calls path_entry for each.
	int (*list)(struct path_fs *p, const struct path_at *at, struct path_list *l);
};

// What a driver's own begins with.
struct path_fs {
	struct fs fs;
	const struct path_ops *ops;
	const struct src *src;
	struct path_at root;
	char why[160];
};

// type: as directories of ext, XFS and btrfs have it. True: enough.
bool path_entry(struct path_list *l, const char *name, size_t len, unsigned type);

// For a driver's fs_file_ops.
int path_stat(struct fs *fs, const char *path, struct stat *st, struct err *e);
int path_readlink(struct fs *fs, const char *path, char *text, size_t size, struct err *e);
int path_read_file(struct fs *fs, const char *path, size_t max, struct buf *out, struct err *e);
int path_list(struct fs *fs, const char *path, int (*each)(void *, const char *, unsigned),
	      void *arg, struct err *e);

// Where a path leads. follow: the last link, too. 0 or an errno.
int path_walk(struct path_fs *p, const char *path, bool follow, struct path_at *to,
	      struct stat *st);

#endif
