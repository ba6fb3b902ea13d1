// SPDX-License-Identifier: GPL-2.0-or-later
// A file as a block device.
#ifndef WORK_LOOP_H
#define WORK_LOOP_H

#include <stddef.h>

#include "base/err.h"

// Puts the file behind a free loop device, for reading and writing. The device's path goes to
// path (32 bytes are enough), its numbers to *major and *minor; on failure path is "".
int loop_attach(const char *file, char *path, size_t size, unsigned *major, unsigned *minor,
		struct err *e);

// Lets the file go. A device that is not in use is fine.
int loop_detach(const char *path, struct err *e);

#endif
