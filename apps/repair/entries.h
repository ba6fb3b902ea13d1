// SPDX-License-Identifier: GPL-2.0-or-later
// Files of the boot loader specification in /boot, one a kernel: Fedora, Red Hat since 8.
#ifndef REPAIR_ENTRIES_H
#define REPAIR_ENTRIES_H

#include "repair/steps/step.h"

// Calls each for every one ("/boot/loader/entries/linux.conf"). There are none where /boot is the
// EFI system partition: repair/esp.h has those.
int entries_each(struct repair *r,
		 int (*each)(struct repair *r, const void *arg, const char *path, struct err *e),
		 const void *arg, struct err *e);

#endif
