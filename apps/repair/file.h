// SPDX-License-Identifier: GPL-2.0-or-later
// Files of a mounted foreign root. Paths are resolved by the kernel inside that root (openat2),
// so no link in it leads out.
#ifndef REPAIR_FILE_H
#define REPAIR_FILE_H

#include <stdbool.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/err.h"

// Opens a path inside the root; links are followed inside it. -1 with errno.
int file_open(int root, const char *path, int flags);

// The file, whole; larger ones than 1 MiB are an error.
int file_read(int root, const char *path, struct buf *out, struct err *e);

int file_read_max(int root, const char *path, size_t max, struct buf *out, struct err *e);

// Replaces the contents: written beside, with owner, mode and extended attributes of the old one,
// synced, renamed over it. When path is a link, the file it points to is replaced. A file that is
// not there is made (0644, root).
int file_replace(int root, const char *path, const char *text, size_t len, struct err *e);

// Makes a folder (0755, root) in one that is there; one that is there already is well.
int file_folder(int root, const char *path, struct err *e);

// A copy of a file inside the root, as file_replace makes it.
int file_copy(int root, const char *from, const char *to, struct err *e);

// The same, and the old file stays beside it as PATH + suffix, in the place of what had that name.
// Where there is no room for both nothing is changed: e->num is ENOSPC.
int file_replace_keep(int root, const char *path, const char *suffix, const char *text, size_t len,
		      struct err *e);

// Gives the file the name PATH + suffix instead of its own, in the place of what had that.
// file_bring_back: what has that name gets its own back.
int file_set_aside(int root, const char *path, const char *suffix, struct err *e);
int file_bring_back(int root, const char *path, const char *suffix, struct err *e);

#endif
