// SPDX-License-Identifier: GPL-2.0-or-later
// A tree of small files that stands for /sys.
#ifndef TESTS_UNIT_TREE_H
#define TESTS_UNIT_TREE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"

struct tree {
	char root[32];
};

static inline int tree_begin(struct tree *t)
{
	*t = (struct tree){ "/tmp/tree.XXXXXX" };
	return mkdtemp(t->root) ? 0 : -1;
}

// Makes the folders on the way. path begins with a slash.
static inline void tree_put(const struct tree *t, const char *path, const char *text)
{
	char *full STR_AUTO = mem_printf("%s%s", t->root, path);
	FILE *f;

	for (char *p = full + 1; (p = strchr(p, '/')); p++) {
		*p = 0;
		mkdir(full, 0755);
		*p = '/';
	}
	f = fopen(full, "w");
	if (!f)
		return;
	fputs(text, f);
	fclose(f);
}

static inline void tree_end(const struct tree *t)
{
	char *command STR_AUTO = mem_printf("rm -rf '%s'", t->root);

	if (system(command))
		perror(t->root);
}

#endif
