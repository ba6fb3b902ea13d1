// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: going along a path, for drivers that can look up a name and read a link.
#ifndef FSMAP_PATH_H
#define FSMAP_PATH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct path_at {
	uint64_t tree, inode; // tree: 0 where a file system has one only
};

// All return 0 or an errno.
struct path_ops {
	// The entry `name` of a folder; ENOTDIR, ENOENT.
	int (*step)(void *fs, const struct path_at *folder, const char *name, size_t len,
		    struct path_at *to);
	// What a link says, appended; *is_link is false where it is none.
	int (*link)(void *fs, const struct path_at *at, bool *is_link, struct buf *text);
};

// follow: the last link, too.
int path_walk(const struct path_ops *ops, void *fs, const struct path_at *root, const char *path,
	      bool follow, struct path_at *to);

#endif
