// SPDX-License-Identifier: GPL-2.0-or-later
// Logical volumes of the work disk as block devices: device mapper over its partition, along our
// own reading of LVM's metadata, under the names that LVM itself would give them.
#ifndef WORK_VOLUMES_H
#define WORK_VOLUMES_H

#include "fsmap/lvm.h"

// pv: the device that the physical volume lies on, off bytes behind its start. v: lvm_plain. The
// node is /dev/dm-MINOR.
int volume_open(const struct lvm *l, const struct lvm_volume *v, const char *pv, uint64_t off,
		unsigned *minor, struct err *e);

// Takes away every volume that is open on a disk ("sdc"), also those that a killed process left.
int volumes_close(const char *disk, struct err *e);

#endif
