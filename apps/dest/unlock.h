// SPDX-License-Identifier: GPL-2.0-or-later
// In the rescue system every disk is set read-only (the kernel's flag) from the start. A
// destination is unlocked for the time it is written to: it and, when it is a partition, the disk
// it lies on; no other. Also when the rescue system has not come around to setting the flag yet: it
// will leave the disk alone then.
#ifndef DEST_UNLOCK_H
#define DEST_UNLOCK_H

#include "base/err.h"

struct unlock {
	char path[2][80]; // devices that were read-only and are not now; "": none
};

// Clears the flags that are set. Nothing is changed on -1: also when the disk says so itself.
int unlock_begin(struct unlock *u, const char *device, struct err *e);
// Sets them again.
void unlock_end(struct unlock *u);

#endif
