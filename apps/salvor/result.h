// SPDX-License-Identifier: GPL-2.0-or-later
// What an unattended job leaves at its destination: BASE.status (99 from the beginning until it
// has really ended, then its exit status), BASE.log, BASE.job.json. And in a folder of this
// machine, for its consoles: status, reason, final, pid.
#ifndef SALVOR_RESULT_H
#define SALVOR_RESULT_H

#include "salvor/steps.h"

#define JOB_FOLDER "/run/salvor/job"   // where consoles look
#define MAPS_FOLDER "/run/salvor/maps" // of the copies of this start, for reports
#define STATUS_RUNNING 99

struct result {
	const char *folder; // NULL: none
	char base[600];	    // as a DEST without suffix; "" none
	const struct login *login;
};

// asked: where the operator wants it, with the job's own login; NULL: beside what the first step
// with a destination writes. Nothing is left where that is a disk or a pipe.
int result_place(struct result *r, const char *asked, const struct job *job, const struct steps *s,
		 struct err *e);

// Says everywhere that the job runs. -1: it must not begin, the end could not be told either.
int result_begin(const struct result *r, struct ui *ui, struct err *e);
// Log and report, then the status last.
int result_save(const struct result *r, int status, const char *json, struct ui *ui, struct err *e);
// The same for this machine. reason: "" none; final: "menu" ...
void result_tell(const struct result *r, int status, const char *reason, const char *final);

#endif
