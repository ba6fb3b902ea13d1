// SPDX-License-Identifier: GPL-2.0-or-later
// usage: newfs LIKE ROOT DISK SIZE SWAP: a new file system of LIKE's kind (an
// ext file system), as large as SIZE bytes, that holds the tree ROOT, on the
// disk image DISK behind 1 MiB; with a swap file when SWAP is not 0. The pieces
// are copied into the image. Prints what was made. Or: newfs copy ROOT FOLDER
// MOUNTED...: the tree into a folder of another file system; MOUNTED: where in
// it others are mounted.
// Or: newfs subvolume FOLDER PATH: makes one, and it is what a plain mount shows.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "newfs/newfs.h"

#define OFF (1u << 20)

static int fail(const char *what)
{
	perror(what);
	return 1;
}

static int device(const struct piece *p)
{
	char path[64], line[128] = "", *name;
	int fd;

	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/uevent", p->major, p->minor);
	FILE *f = fopen(path, "r");

	while (f && fgets(line, sizeof line, f) && strncmp(line, "DEVNAME=", 8))
		;
	if (f)
		fclose(f);
	line[strcspn(line, "\n")] = 0;
	name = line + 8;
	snprintf(path, sizeof path, "/dev/%.50s", name);
	fd = open(path, O_RDONLY);
	return fd;
}

static int copy(const struct pieces *p, const char *disk)
{
	int out = open(disk, O_WRONLY), in = -1;
	unsigned major = 0, minor = 0;
	char *data = malloc(1 << 20);

	for (size_t i = 0; i < p->n; i++) {
		const struct piece *x = &p->v[i];

		if (i && x->at < x[-1].at + x[-1].len)
			return fprintf(stderr, "newfs: pieces overlap\n");
		if (in < 0 || major != x->major || minor != x->minor) {
			if (in >= 0)
				close(in);
			in = device(x);
			major = x->major;
			minor = x->minor;
		}
		for (uint64_t done = 0; done < x->len;) {
			size_t n = x->len - done < 1 << 20 ? x->len - done : 1 << 20;

			if (pread(in, data, n, x->from + done) != (ssize_t)n ||
			    pwrite(out, data, n, x->at + done) != (ssize_t)n)
				return fail(disk);
			done += n;
		}
	}
	free(data);
	close(in);
	return close(out);
}

static int copy_tree(const char *from, const char *to, char **mounted)
{
	int root = open(from, O_RDONLY | O_DIRECTORY), top = open(to, O_RDONLY | O_DIRECTORY);
	dev_t devices[8];
	struct newfs_tree tree = { .root = root, .mounted = devices };
	struct newfs_count c;
	struct err e;

	if (root < 0 || top < 0)
		return fail(to);
	for (; *mounted && tree.n_mounted < 8; mounted++) {
		struct stat st;

		if (stat(*mounted, &st))
			return fail(*mounted);
		devices[tree.n_mounted++] = st.st_dev;
	}
	if (newfs_copy(&tree, top, &c, NULL, &e))
		return fprintf(stderr, "newfs: %s\n", e.text), 1;
	printf("files=%llu folders=%llu links=%llu copied=%llu snapshots=%llu\n",
	       (unsigned long long)c.files, (unsigned long long)c.folders,
	       (unsigned long long)c.links, (unsigned long long)c.copied,
	       (unsigned long long)c.snapshots);
	return 0;
}

static int subvolume(const char *folder, const char *path)
{
	int top = open(folder, O_RDONLY | O_DIRECTORY), made;
	struct err e;

	if (newfs_subvolume(top, path, &e))
		return fprintf(stderr, "newfs: %s\n", e.text), 1;
	made = openat(top, path, O_RDONLY | O_DIRECTORY);
	if (newfs_subvolume_by_default(made, &e))
		return fprintf(stderr, "newfs: %s\n", e.text), 1;
	close(made);
	return close(top);
}

int main(int argc, char **argv)
{
	struct newfs n = { .off = OFF,
			   .uuid = "2b7a1e8c-5a5b-4c63-9a4b-0f1d2c3b4a59",
			   .label = "/",
			   .name = "swapfile" };
	struct pieces pieces = { 0 };
	struct newfs_count c;
	struct src *like;
	struct err e;

	if (argc > 3 && !strcmp(argv[1], "copy"))
		return copy_tree(argv[2], argv[3], argv + 4);
	if (argc == 4 && !strcmp(argv[1], "subvolume"))
		return subvolume(argv[2], argv[3]);
	if (argc != 6)
		return fprintf(stderr, "usage: newfs LIKE ROOT DISK SIZE SWAP\n"), 2;
	n.file = argv[3];
	n.size = strtoull(argv[4], NULL, 0);
	n.swap = strtoull(argv[5], NULL, 0);
	int root = open(argv[2], O_RDONLY | O_DIRECTORY),
	    disk = open(n.file, O_RDWR | O_CREAT | O_TRUNC, 0644);

	if (root < 0 || disk < 0 || ftruncate(disk, (off_t)(OFF + n.size)))
		return fail(n.file);
	close(disk);
	if (src_open(&like, argv[1], &e) || newfs_kind_of(like, &n.kind, &e))
		return fprintf(stderr, "newfs: %s\n", e.text);
	src_close(like);
	n.inodes = n.kind.inodes + n.kind.inodes / 8 + 8192;
	if (newfs_make(&n, &(struct newfs_tree){ .root = root }, &pieces, &c, NULL, &e)) {
		pieces_free(&pieces);
		return fprintf(stderr, "newfs: %s\n", e.text), 1;
	}
	printf("%s pieces=%zu files=%llu folders=%llu links=%llu placed=%llu "
	       "copied=%llu "
	       "left=%llu\n",
	       n.kind.type, pieces.n, (unsigned long long)c.files, (unsigned long long)c.folders,
	       (unsigned long long)c.links, (unsigned long long)c.placed,
	       (unsigned long long)c.copied, (unsigned long long)c.blocks_left);
	if (copy(&pieces, n.file))
		return 1;
	pieces_free(&pieces);
	close(root);
	return 0;
}
