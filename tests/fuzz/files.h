// SPDX-License-Identifier: GPL-2.0-or-later
// Files of a file system on a hostile image: every one of two folders is looked at and read.
#ifndef TESTS_FUZZ_FILES_H
#define TESTS_FUZZ_FILES_H

#include <stdio.h>
#include <stdlib.h>

#include "fsmap/fsmap.h"
#include "sparse.h"

static int files_ask(void *arg, const char *name, unsigned type)
{
	struct buf b BUF_AUTO = { 0 };
	struct fs *fs = arg;
	char path[1100];
	struct stat st;

	(void)type;
	snprintf(path, sizeof(path), "/%s", name);
	fs_stat(fs, path, &st, NULL);
	fs_read_file(fs, path, 65536, &b, NULL);
	return 0;
}

static inline void files_in(const struct fs_ops *ops, struct src *s, const char *folder,
			    const char *file)
{
	struct fs_subvolumes all = { 0 };
	struct fs *fs;

	if (ops->open(s, &fs, NULL) < 0)
		return;
	fs_list(fs, "/", files_ask, fs, NULL);
	fs_list(fs, folder, files_ask, fs, NULL);
	files_ask(fs, file, 0);
	if (!fs_subvolumes(fs, &all, NULL) && all.n > 1 && !fs_enter(fs, all.v[all.n - 1].id, NULL))
		fs_list(fs, "/", files_ask, fs, NULL);
	free(all.v);
	fs_close(fs);
}

// folder: besides the first; file: one in it, in letters of another case.
static inline void files_of(const struct fs_ops *ops, const uint8_t *data, size_t len,
			    const char *folder, const char *file)
{
	struct sparse f = sparse_file(data, len);

	files_in(ops, &f.src, folder, file);
}

#endif
