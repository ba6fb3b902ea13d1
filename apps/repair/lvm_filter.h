// SPDX-License-Identifier: GPL-2.0-or-later
// LVM that was told to look for its physical volumes on arrays alone finds none on a disk.
#ifndef REPAIR_LVM_FILTER_H
#define REPAIR_LVM_FILTER_H

#include "repair/steps/step.h"

// Filters of lvm.conf that would hide the disk become comments; the copies that initrds have of the
// file go along. Part of the step detach.
int lvm_filter_edit(struct repair *r, struct err *e);

#endif
