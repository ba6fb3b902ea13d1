// SPDX-License-Identifier: GPL-2.0-or-later
// Writing the work disk's changes to the real disk, as `work commit` and `repair --commit` do it.
#ifndef SALVOR_COMMIT_H
#define SALVOR_COMMIT_H

#include "salvor/cmd.h"

// Finds the place for the undo file, asks (model and serial number of the disk are in the
// question), commits. Adds to the job's text and fields.
int commit_work(struct job *j, const char *undo_spec, struct ui *ui, struct err *e);

#endif
