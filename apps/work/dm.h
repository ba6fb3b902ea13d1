// SPDX-License-Identifier: GPL-2.0-or-later
// Device mapper by its ioctls: one device with one target, as much as the work disk needs.
#ifndef WORK_DM_H
#define WORK_DM_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

// Makes and starts a device of `sectors` (512 bytes) with one target. Its minor number goes to
// *minor; the node is /dev/dm-MINOR. On failure nothing is left.
int dm_create(const char *name, const char *target, uint64_t sectors, const char *params,
	      unsigned *minor, struct err *e);

// The target's status line, as the target prints it. 1: it is in text; 0: there is no such
// device; -1 trouble.
int dm_status(const char *name, char *text, size_t size, struct err *e);

// Removes it; no device of that name is fine. Waits up to two seconds for the last user to let go.
int dm_remove(const char *name, struct err *e);

#endif
