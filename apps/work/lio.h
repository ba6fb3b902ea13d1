// SPDX-License-Identifier: GPL-2.0-or-later
// A block device shown as an ordinary SCSI disk: the kernel's target core (iblock back store) and
// its loopback fabric, by configfs. So the disk has partitions, and to GRUB, mdadm or sfdisk it
// is a plain /dev/sdX.
#ifndef WORK_LIO_H
#define WORK_LIO_H

#include <stddef.h>

#include "base/err.h"

enum lio_disk { LIO_WORK, LIO_NEW };

// Makes the disk over the block device and waits until the kernel has found it and its
// partitions. serial: its unit serial number, by which it is recognised; at most 60 letters and
// digits. The disk's name ("sdc") goes to name. On failure nothing is left.
int lio_open(enum lio_disk which, const char *device, const char *serial, char *name, size_t size,
	     struct err *e);

// Takes it away again, whole or half made.
int lio_close(enum lio_disk which, struct err *e);

#endif
