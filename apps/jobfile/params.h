// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel's parameters ask for, as the text of a job: our own salvor.*, and the names other
// rescue systems have for the same (alias_*.c). Pure: nothing is opened, nothing is run.
#ifndef JOBFILE_PARAMS_H
#define JOBFILE_PARAMS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

struct params {
	bool job;	     // somebody wants a job instead of the dialogs
	char *file;	     // salvor.job=: the job file's path or URL; NULL: none
	char *ssh;	     // salvor.ssh=: a public key or where to fetch it; NULL: none
	bool steps;	     // the settings hold steps (do =) themselves
	struct buf settings; // lines "setting = value" to be taken as if they stood in the file
	struct buf notes;    // lines: what was asked for but is of no use here
};

// On -1 the job cannot be what was meant: e tells which parameter is wrong; job, ssh are valid.
int params_read(struct params *p, const char *cmdline, struct err *e);
void params_free(struct params *p);

// One setting into p->settings: behind what is there, or in front of all steps.
void params_put(struct params *p, const char *setting, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

void params_put_first(struct params *p, const char *setting, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

// Others' names. take: 1 it was one of mine, 0 not mine, -1 mine but wrong. end: all were seen;
// what was taken becomes settings. One state for all, zeroed before the first.
struct alias_state {
	const char *p2v[16]; // by number of its table; values of the words, which are kept by then
	const char *repository;
	bool dest; // salvor.dest= is there
};
struct alias_ops {
	int (*take)(struct alias_state *s, struct params *p, const char *name, const char *value,
		    struct err *e);
	int (*end)(const struct alias_state *s, struct params *p, struct err *e);
};

#define X(n) extern const struct alias_ops alias_##n;
#include "jobfile/list.h"
#undef X

#endif
