// SPDX-License-Identifier: GPL-2.0-or-later
// An initrd that dracut made for this machine alone waits for the arrays that were there, and gives
// up when they are gone, whatever the kernel's arguments say.
#ifndef REPAIR_MD_WAIT_H
#define REPAIR_MD_WAIT_H

#include "repair/steps/step.h"

// The list of arrays in such initrds becomes empty. Part of the step detach.
int md_wait_edit(struct repair *r, struct err *e);

#endif
