// SPDX-License-Identifier: GPL-2.0-or-later
// ext: the used map, and the files, both by libext2fs over a hostile image.
#include <stdio.h>

#include "fsmap/fsmap.h"
#include "memory.h"

static int ask(void *arg, const char *name, unsigned type)
{
	struct buf b BUF_AUTO = { 0 };
	struct fs *fs = arg;
	char path[300], text[300];
	struct stat st;

	(void)type;
	snprintf(path, sizeof(path), "/%s", name);
	fs_stat(fs, path, &st, NULL);
	fs_readlink(fs, path, text, sizeof(text), NULL);
	fs_read_file(fs, path, 65536, &b, NULL);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len < 1 << 18 ? 1 << 18 : len);
	struct map used MAP_AUTO = { 0 };
	char why[160];
	struct fs *fs;

	fs_used(&m.src, &used, why, sizeof(why), NULL);
	if (fs_open(&m.src, &fs, NULL) < 0)
		return 0;
	fs_list(fs, "/", ask, fs, NULL);
	ask(fs, "etc/fstab", 0);
	fs_close(fs);
	return 0;
}
