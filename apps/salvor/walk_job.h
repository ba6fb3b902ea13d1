// SPDX-License-Identifier: GPL-2.0-or-later
// What the consoles show of an unattended job.
#ifndef SALVOR_WALK_JOB_H
#define SALVOR_WALK_JOB_H

#include "salvor/face.h"

// On a serial line, before the dialogs take the screen: the job's lines of progress, until it ends
// or somebody presses Enter. Returns at once where there is no job.
void job_lines(void);
// The screen of a job that runs, its end, or why it failed. Returns when the dialogs are wanted.
void walk_job(struct face *f);

#endif
