// SPDX-License-Identifier: GPL-2.0-or-later
// Inside newfs/: extended attributes of a file, those that belong to it and not to where it lies.
#ifndef NEWFS_XATTRS_H
#define NEWFS_XATTRS_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct attribute {
	const char *name;
	uint8_t *value;
	size_t len;
};

struct attributes {
	char *names;
	struct attribute *v;
	size_t n;
};

// In the order in which the kernel's ext file systems keep them. Links are not followed. To be
// freed in any case.
int attributes_read(struct attributes *a, const char *path, struct err *e);
void attributes_free(struct attributes *a);

#endif
