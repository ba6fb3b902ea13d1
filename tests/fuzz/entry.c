// SPDX-License-Identifier: GPL-2.0-or-later
// Entries of the boot loader specification: paths that come of one stay below where they begin.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "inspect/entry.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check(const char *path)
{
	if (*path && (*path != '/' || strstr(path, "/../") || strpbrk(path, "\n \\") ||
		      (strlen(path) > 2 && !strcmp(path + strlen(path) - 3, "/.."))))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf text BUF_AUTO = { 0 };
	struct loader_entry e;

	buf_add(&text, data, len);
	if (!entry_read(buf_str(&text), &e))
		return 0;
	check(e.kernel);
	check(e.initrd);
	if (!*e.kernel || strpbrk(e.version, "/ \n"))
		abort();
	return 0;
}
