// SPDX-License-Identifier: GPL-2.0-or-later
// Running a foreign program: an argument array, never a shell.
#ifndef BASE_RUN_H
#define BASE_RUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/ui.h"

struct run {
	const char *const
		*argv;	   // argv[0] is an absolute path or is looked for in PATH; ends with NULL
	const char *input; // text for its standard input, NULL: empty
	const char *root;  // chroot there first, NULL: none
	const char *const *env; // whole environment, NULL: PATH, HOME, TERM=dumb, LC_ALL=C only
	struct buf *out;	// takes standard output and error together; NULL: dropped
	struct ui *ui; // asked for ui_cancelled while waiting, lines go there as ticks; may be NULL
	unsigned timeout_s; // then it is killed; 0: none
	bool quiet;	    // not in the log: it would fill it, or is nobody's business
};

// Runs to the end and logs command, status and output. *status: exit status, or 128 + signal.
// -1 when it could not be started, was killed for time or cancelled (its whole process group is
// killed). At most 1 MiB of output is kept.
int run_program(const struct run *r, int *status, struct err *e);

// As above, and a status other than 0 is an error that quotes the last line of its output.
int run_checked(const struct run *r, struct err *e);

// Only starts it (argv, root and env count), with these as its standard input, output and error, in
// a process group of its own. It is killed when the calling thread ends. Its pid, to be waited for;
// -1: it could not be started.
pid_t run_start(const struct run *r, const int fds[3], struct err *e);

#endif
