// SPDX-License-Identifier: GPL-2.0-or-later
// A job file's settings, given to the commands they are for: all of it is checked before anything
// is done. A setting may be one of the job as a whole (salvor job's own options), an argument of
// the command by its name in --help ("SOURCE DEST": source, dest; "open DISK | ...": action,
// disk), one of its options, or `password`.
#ifndef SALVOR_STEPS_H
#define SALVOR_STEPS_H

#include "jobfile/jobfile.h"
#include "salvor/cmd.h"

#define STEPS_MAX 64

struct step {
	struct job job;
	unsigned line; // where it begins; 0: in the kernel's parameters
	struct {
		char key[24];
		const char *value;
	} named[JOB_ARGS]; // arguments by name, until they are put in order
	unsigned n_named;
	char identity[48]; // where a key lies that was fetched
	struct buf shown;  // for people: the settings, without secrets
};

struct steps {
	const char *name; // of the job file, for messages
	struct step *list;
	unsigned n;
};

// file: the job; over: what beats it (n 0: nothing). A setting in front of the first step, and any
// of `over`, is for all steps that have it. Values are not copied. wide: the table of those
// of the job as a whole, which has a login of its own, too. *s is to be freed also after -1.
int steps_make(struct steps *s, const char *name, struct jobfile *file, struct jobfile *over,
	       const struct opt *wide, struct job *whole, struct err *e);
void steps_free(struct steps *s);

// The value an argument has by its name; NULL: none.
const char *step_named(const struct step *s, const char *key);

#endif
