// SPDX-License-Identifier: GPL-2.0-or-later
// usage: initrd_add ROOT INITRD VERSION MODULE... : for tests: what the fix-up
// adds to the end of an initrd, in a folder that is a system's root. First it
// shows how it read it: who made it, how it is packed, its modules.
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "repair/file.h"
#include "repair/fixup/fixup.h"

static const char *const kinds[] = { "other", "nash", "suse", "tools", "dracut" };

static int show(int root, const char *path, struct err *e)
{
	struct buf file BUF_AUTO = { 0 };
	struct initrd i;
	char name[128];

	if (file_read_max(root, path, FIXUP_INITRD_MAX, &file, e) ||
	    initrd_read(&i, view_of(file.s, file.len), path, e))
		return -1;
	printf("kind %s\npacking %s\n", kinds[i.kind], i.packing);
	for (unsigned k = 0; k < i.modules.n; k++) {
		module_name(i.modules.v[k], name, sizeof name);
		printf("module %s\n", name);
	}
	initrd_free(&i);
	return 0;
}

int main(int argc, char **argv)
{
	struct root root = { .fd = argc > 3 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1 };
	struct repair r = { .root = &root };
	struct s_kernel k = { .modules = true };
	struct err e = { 0 };

	if (root.fd < 0 || !str_copy(k.initrd, sizeof k.initrd, argv[2])) {
		fprintf(stderr, "usage: initrd_add ROOT INITRD VERSION MODULE...\n");
		return 2;
	}
	if (show(root.fd, k.initrd, &e) ||
	    (argc > 4 && fixup_append_initrd(&r, argv[3], &k, (const char *const *)argv + 4,
					     (unsigned)argc - 4, &e))) {
		fprintf(stderr, "%s\n", e.text);
		return 1;
	}
	return 0;
}
