// SPDX-License-Identifier: GPL-2.0-or-later
// cpio archives of device nodes: only nodes, folders and links come out, with
// whole names.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "devfs/devfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static int take(void *arg, const struct devfs_node *n, struct err *e)
{
	(void)arg;
	(void)e;
	if (!S_ISDIR(n->mode) && !S_ISCHR(n->mode) && !S_ISBLK(n->mode) && !S_ISLNK(n->mode))
		abort();
	if (!n->name[0] || !memchr(n->name, 0, sizeof n->name) ||
	    !memchr(n->link, 0, sizeof n->link))
		abort();
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	FILE *f = len ? fmemopen((void *)(uintptr_t)data, len, "r") : NULL;

	if (!f)
		return 0;
	devfs_cpio(f, "fuzz", take, NULL, NULL);
	fclose(f);
	return 0;
}
