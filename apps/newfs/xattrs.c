// SPDX-License-Identifier: GPL-2.0-or-later
#include "newfs/xattrs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/buf.h"

#define ATTRIBUTE_MAX 65536

void attributes_free(struct attributes *a)
{
	for (size_t i = 0; i < a->n; i++)
		free(a->v[i].value);
	free(a->v);
	free(a->names);
}

// XFS shows access lists a second time, in its own form.
#define SECOND "trusted.SGI_ACL_"

// In a block they are kept in the order that the kernel searches them in.
static unsigned kind(const char *name)
{
	static const char *const kinds[] = { "user.", "system.posix_acl_access",
					     "system.posix_acl_default", "trusted.", "security." };

	if (!strncmp(name, SECOND, strlen(SECOND)))
		return 9;
	for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (!strncmp(name, kinds[i], strlen(kinds[i])))
			return i;
	return 9;
}

static int compare(const void *a, const void *b)
{
	const char *x = ((const struct attribute *)a)->name;
	const char *y = ((const struct attribute *)b)->name;
	size_t n = strlen(x), m = strlen(y);

	if (kind(x) != kind(y))
		return kind(x) < kind(y) ? -1 : 1;
	return n != m ? (n < m ? -1 : 1) : strcmp(x, y);
}

static int read_one(struct attribute *a, const char *path, struct err *e)
{
	ssize_t n;

	a->value = mem_alloc(ATTRIBUTE_MAX);
	n = lgetxattr(path, a->name, a->value, ATTRIBUTE_MAX);
	if (n < 0)
		return err_set(e, errno, "%s: read its attribute %s", path, a->name);
	a->len = (size_t)n;
	a->value = mem_grow(a->value, a->len + 1, 1);
	return 0;
}

int attributes_read(struct attributes *a, const char *path, struct err *e)
{
	ssize_t n;

	*a = (struct attributes){ .names = mem_alloc(ATTRIBUTE_MAX) };
	n = llistxattr(path, a->names, ATTRIBUTE_MAX);
	if (n < 0)
		return errno == EOPNOTSUPP ? 0 : err_set(e, errno, "%s: list its attributes", path);
	for (ssize_t i = 0; i < n; i += (ssize_t)strlen(a->names + i) + 1) {
		// the kernel's own view of something else
		if (kind(a->names + i) == 9)
			continue;
		a->v = mem_grow(a->v, a->n + 1, sizeof *a->v);
		a->v[a->n] = (struct attribute){ .name = a->names + i };
		if (read_one(&a->v[a->n++], path, e))
			return -1;
	}
	if (a->n)
		qsort(a->v, a->n, sizeof *a->v, compare);
	return 0;
}
