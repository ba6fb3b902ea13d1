// SPDX-License-Identifier: GPL-2.0-or-later
// What the kernel has built on a disk: arrays, device-mapper devices.
#ifndef WORK_HOLDER_H
#define WORK_HOLDER_H

#include "block/disk.h"

// True when something holds the disk or a partition of it; what: "held by md127, through sdb1".
// root: as for disks_list. but: the name of a device-mapper device that does not count, or NULL.
bool disk_held(const char *root, const struct disk *d, const char *but, char *what, size_t size);

#endif
