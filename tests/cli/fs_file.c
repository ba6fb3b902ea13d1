// SPDX-License-Identifier: GPL-2.0-or-later
// usage: fs_file IMAGE list|read|stat|link PATH [SUBVOLUME], fs_file IMAGE subvolumes : for tests:
// what is read from a file system without mounting it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysmacros.h>

#include "fsmap/fsmap.h"

static int show(void *arg, const char *name, unsigned type)
{
	(void)arg;
	(void)type;
	puts(name);
	return 0;
}

static int show_subvolumes(struct fs *fs, struct err *e)
{
	struct fs_subvolumes all;

	if (fs_subvolumes(fs, &all, e))
		return -1;
	for (unsigned i = 0; i < all.n; i++)
		printf("%llu %s%s%s\n", (unsigned long long)all.v[i].id, all.v[i].path,
		       all.v[i].snapshot ? " (snapshot)" : "",
		       all.v[i].id == all.mounted ? " (default)" : "");
	free(all.v);
	return 0;
}

static int show_stat(struct fs *fs, const char *path, struct err *e)
{
	struct stat st;

	if (fs_stat(fs, path, &st, e))
		return -1;
	printf("%o %u %u %llu %u:%u %lld\n", st.st_mode, st.st_uid, st.st_gid,
	       S_ISREG(st.st_mode) ? (unsigned long long)st.st_size : 0, major(st.st_rdev),
	       minor(st.st_rdev), (long long)st.st_mtime);
	return 0;
}

static int answer(struct fs *fs, int argc, char **argv, struct buf *out, struct err *e)
{
	const char *what = argv[2], *path = argc > 3 ? argv[3] : "/";
	char text[4096];

	if (argc > 4 && fs_enter(fs, strtoull(argv[4], NULL, 10), e))
		return -1;
	if (!strcmp(what, "subvolumes"))
		return show_subvolumes(fs, e);
	if (!strcmp(what, "list"))
		return fs_list(fs, path, show, NULL, e);
	if (!strcmp(what, "stat"))
		return show_stat(fs, path, e);
	if (!strcmp(what, "read"))
		return fs_read_file(fs, path, 64u << 20, out, e);
	return fs_readlink(fs, path, text, sizeof(text), e) ? -1 : puts(text) < 0;
}

int main(int argc, char **argv)
{
	struct buf out BUF_AUTO = { 0 };
	struct src *s = NULL;
	struct fs *fs = NULL;
	struct err e = { .text = "usage" };
	int rc = argc < 3 || src_open(&s, argv[1], &e) || fs_open(s, &fs, &e) ||
		 answer(fs, argc, argv, &out, &e);

	if (rc)
		fprintf(stderr, "%s\n", e.text);
	fwrite(buf_str(&out), 1, out.len, stdout);
	fs_close(fs);
	src_close(s);
	return rc != 0;
}
