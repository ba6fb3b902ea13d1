// SPDX-License-Identifier: GPL-2.0-or-later
// "-": standard output, for a pipe. It cannot go back, so what is there is never known to be whole:
// the status of the command tells.
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "dest/dest.h"

#define PIPE_SIZE (1 << 20) // bytes: what anybody may ask for

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	(void)env;
	(void)e;
	if (strcmp(spec, "-"))
		return 0;
	*out = mem_zero(1, sizeof **out);
	return 1;
}

static int check(struct dest *d, uint64_t need, struct err *e)
{
	(void)d;
	(void)need;
	if (isatty(STDOUT_FILENO))
		return err_usage(e, "standard output is a terminal: send it into a pipe or a file");
	return 0;
}

static int write_all(struct sink *s, const void *p, size_t n, struct err *e)
{
	(void)s;
	while (n) {
		ssize_t k = write(STDOUT_FILENO, p, n);

		if (k < 0 && errno == EINTR)
			continue;
		if (k < 0)
			return err_set(e, errno, "standard output: write");
		p = (const char *)p + k;
		n -= (size_t)k;
	}
	return 0;
}

static int open_it(struct dest *d, uint64_t size, struct err *e)
{
	static const struct sink_ops ops = { .write = write_all };

	(void)size;
	(void)e;
	fcntl(STDOUT_FILENO, F_SETPIPE_SZ, PIPE_SIZE); // fewer changes between two programs
	d->sink = (struct sink){ &ops, 0 };
	return 0;
}

static int close_it(struct dest *d, const char *sha256, struct err *e)
{
	(void)d;
	(void)sha256;
	// a full disk behind a redirection may tell only now; a pipe cannot be synced
	if (fsync(STDOUT_FILENO) && errno != EINVAL && errno != EROFS)
		return err_set(e, errno, "standard output: write");
	return 0;
}

static void abort_it(struct dest *d)
{
	(void)d;
}

static void free_it(struct dest *d)
{
	free(d);
}

const struct dest_ops dest_stdout = {
	.name = "stdout",
	.make = make,
	.check = check,
	.open = open_it,
	.close = close_it,
	.abort = abort_it,
	.free = free_it,
};
