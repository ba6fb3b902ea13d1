// SPDX-License-Identifier: GPL-2.0-or-later
// What crypttab may call a partition.
#ifndef REPAIR_CRYPTTAB_H
#define REPAIR_CRYPTTAB_H

#include "repair/steps/step.h"

// By the UUID of its LUKS header; where there is none (a key that is new each time leaves nothing
// to be recognised by), by the partition's own number, or by its name when the disk is alone.
void crypttab_name(struct repair *r, int part, char *out, size_t size);

#endif
