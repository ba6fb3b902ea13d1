// SPDX-License-Identifier: GPL-2.0-or-later
// Files of FAT on a hostile image.
#include <stdio.h>

#include "fsmap/fsmap.h"
#include "sparse.h"

static int ask(void *arg, const char *name, unsigned type)
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sparse_file(data, len);
	struct fs *fs;

	if (fsmap_fat.open(&f.src, &fs, NULL) < 0)
		return 0;
	fs_list(fs, "/", ask, fs, NULL);
	fs_list(fs, "/EFI/BOOT", ask, fs, NULL);
	ask(fs, "EFI/boot/bootx64.efi", 0);
	fs_close(fs);
	return 0;
}
