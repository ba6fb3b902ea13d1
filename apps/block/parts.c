// SPDX-License-Identifier: GPL-2.0-or-later
#include "block/parts.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

#define PATH_SIZE 700
#define DIGITS 3

struct parts {
	struct src src;
	uint64_t each; // bytes of every part but the last
	unsigned n;
	struct src *part[PARTS_MAX];
};

bool parts_name(char *out, size_t size, const char *name, unsigned number, const char *suffix)
{
	int n = number ? snprintf(out, size, "%s.%0*u%s", name, DIGITS, number, suffix)
		       : snprintf(out, size, "%s%s", name, suffix);

	return n >= 0 && (size_t)n < size;
}

void parts_strip(char *path)
{
	size_t len = strlen(path);

	if (len <= 1 + DIGITS || strcmp(path + len - 1 - DIGITS, ".001") || access(path, F_OK))
		return;
	path[len - 1 - DIGITS] = 0;
	if (!access(path, F_OK))
		path[len - 1 - DIGITS] = '.';
}

static int parts_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct parts *x = (struct parts *)s;

	while (n) {
		unsigned i = (unsigned)(off / x->each);
		uint64_t at = off % x->each, left = x->part[i]->size - at;
		size_t k = left < n ? (size_t)left : n;

		if (src_read(x->part[i], at, p, k, e))
			return -1;
		p = (char *)p + k;
		off += k;
		n -= k;
	}
	return 0;
}

static void parts_close(struct src *s)
{
	struct parts *x = (struct parts *)s;

	for (unsigned i = 0; i < x->n; i++)
		src_close(x->part[i]);
	free(x);
}

// The number of a file in the folder that is a part, 0: it is none.
static unsigned number_of(const char *file, const char *base, const char *suffix)
{
	size_t len = strlen(base);
	const char *p = file + len + 1;

	if (strncmp(file, base, len) || file[len] != '.' || strspn(p, "0123456789") != DIGITS ||
	    strcmp(p + DIGITS, suffix))
		return 0;
	return (unsigned)((p[0] - '0') * 100 + (p[1] - '0') * 10 + p[2] - '0');
}

// The highest number there is.
static unsigned count(const char *name, const char *suffix)
{
	const char *slash = strrchr(name, '/'), *base = slash ? slash + 1 : name;
	char *folder STR_AUTO = slash ? mem_dup(name) : mem_dup(".");
	unsigned max = 0, k;
	struct dirent *x;
	DIR *d;

	if (slash)
		folder[slash - name + (slash == name)] = 0;
	d = opendir(folder);
	while (d && (x = readdir(d)))
		if ((k = number_of(x->d_name, base, suffix)) > max)
			max = k;
	if (d)
		closedir(d);
	return max;
}

static int open_part(struct parts *x, const char *path, unsigned n, struct err *e)
{
	struct src **out = &x->part[x->n];
	bool last = x->n + 1 == n;

	if (access(path, F_OK))
		return err_usage(e, "%s: is missing: the %u parts belong together in one folder",
				 path, n);
	if (src_open(out, path, e))
		return -1;
	x->each = x->n ? x->each : (*out)->size;
	x->n++;
	if ((last ? (*out)->size > x->each : (*out)->size != x->each) || !(*out)->size)
		return err_set(e, 0,
			       "%s: has %llu bytes, the first part has %llu: it is not whole, or "
			       "belongs to another copy",
			       path, (unsigned long long)(*out)->size, (unsigned long long)x->each);
	x->src.size += (*out)->size;
	return 0;
}

int parts_open(struct src **out, const char *name, const char *suffix, struct err *e)
{
	static const struct src_ops ops = { parts_read, parts_close };
	char path[PATH_SIZE];
	struct parts *x;
	unsigned n;

	*out = NULL;
	if (!parts_name(path, sizeof path, name, 1, suffix) ||
	    !parts_name(path, sizeof path, name, 0, suffix))
		return err_usage(e, "%s: the path is too long", name);
	n = access(path, F_OK) ? count(name, suffix) : 0;
	if (!n)
		return src_open(out, path, e);
	x = mem_zero(1, sizeof *x);
	x->src.ops = &ops;
	x->src.sector = 512;
	str_copy(x->src.name, sizeof x->src.name, name);
	for (unsigned k = 1; k <= n; k++) {
		parts_name(path, sizeof path, name, k, suffix);
		if (open_part(x, path, n, e)) {
			parts_close(&x->src);
			return -1;
		}
	}
	*out = &x->src;
	return 0;
}
