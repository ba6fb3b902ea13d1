// SPDX-License-Identifier: GPL-2.0-or-later
// Faults from a map, reads into a log.
#include "salvor/test_mode.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

struct test_mode {
	struct src src;
	struct src *parent, *faulty; // faulty: NULL, or between src and parent
	FILE *log;		     // NULL: none
};

static int test_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct test_mode *t = (struct test_mode *)s;
	int rc = src_read(t->faulty ? t->faulty : t->parent, off, p, n, e);

	if (t->log)
		fprintf(t->log, "0x%llx 0x%zx %d\n", (unsigned long long)off, n, !rc);
	return rc;
}

static void test_close(struct src *s)
{
	struct test_mode *t = (struct test_mode *)s;

	src_close(t->faulty);
	if (t->log)
		fclose(t->log);
	free(t);
}

int test_mode_open(struct src **out, struct src *parent, const char *faults, const char *log,
		   struct err *e)
{
	static const struct src_ops ops = { test_read, test_close };
	struct map map MAP_AUTO = { 0 };
	struct test_mode *t;
	FILE *f;

	if (faults && map_load(&map, faults, e))
		return -1;
	f = log ? fopen(log, "we") : NULL;
	if (log && !f)
		return err_set(e, errno, "%s: create", log);
	if (f)
		setvbuf(f, NULL, _IOLBF, 0);
	t = mem_zero(1, sizeof *t);
	t->src = *parent;
	t->src.ops = &ops;
	t->parent = parent;
	t->faulty = faults ? src_fault(parent, &map) : NULL;
	t->log = f;
	*out = &t->src;
	return 0;
}
