// SPDX-License-Identifier: GPL-2.0-or-later
// usage: fs_file IMAGE list|read PATH : for tests: what is read from a file system without mounting
// it.
#include <stdio.h>
#include <string.h>

#include "fsmap/fsmap.h"

static int show(void *arg, const char *name, unsigned type)
{
	(void)arg;
	(void)type;
	puts(name);
	return 0;
}

int main(int argc, char **argv)
{
	struct buf out BUF_AUTO = { 0 };
	struct src *s = NULL;
	struct fs *fs = NULL;
	struct err e;
	int rc = argc != 4 || src_open(&s, argv[1], &e) || fs_open(s, &fs, &e);

	if (!rc && !strcmp(argv[2], "list"))
		rc = fs_list(fs, argv[3], show, NULL, &e);
	else if (!rc)
		rc = fs_read_file(fs, argv[3], 64u << 20, &out, &e);
	if (rc)
		fprintf(stderr, "%s\n", argc == 4 ? e.text : "usage");
	fwrite(buf_str(&out), 1, out.len, stdout);
	if (fs)
		fs_close(fs);
	src_close(s);
	return rc != 0;
}
