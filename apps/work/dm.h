// SPDX-License-Identifier: GPL-2.0-or-later
// Device mapper by its ioctls: devices with a table of targets.
#ifndef WORK_DM_H
#define WORK_DM_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct dm_table { // begin with { 0 }
	struct buf lines;
	uint64_t sectors;
	unsigned n;
};

// The next `sectors` (512 bytes) of a device are this target's.
int dm_add(struct dm_table *t, uint64_t sectors, const char *target, const char *params,
	   struct err *e);
void dm_free(struct dm_table *t);

// Makes and starts a device. uuid: "" none. Its minor number goes to *minor; the node is
// /dev/dm-MINOR. On failure nothing is left.
int dm_start(const char *name, const char *uuid, const struct dm_table *t, unsigned *minor,
	     struct err *e);

// The same with one target and no UUID.
int dm_create(const char *name, const char *target, uint64_t sectors, const char *params,
	      unsigned *minor, struct err *e);

// The target's status line, as the target prints it. 1: it is in text; 0: there is no such
// device; -1 trouble.
int dm_status(const char *name, char *text, size_t size, struct err *e);

// Removes it; no device of that name is fine. Waits up to two seconds for the last user to let go.
int dm_remove(const char *name, struct err *e);

#endif
