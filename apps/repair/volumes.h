// SPDX-License-Identifier: GPL-2.0-or-later
// The logical volumes of the work disk, as block devices for as long as they are needed.
#ifndef REPAIR_VOLUMES_H
#define REPAIR_VOLUMES_H

#include "repair/patient.h"

struct volumes {
	const struct patient *p;
	int *minor; // of /dev/dm-MINOR, for each part of the disk; -1: is none, or not open
};

// Opens those that can be written to (lvm_plain). p: the work disk as it is now. On failure none is
// open.
int volumes_begin(struct volumes *v, const struct patient *p, struct err *e);
// To be called before the partition table is read again, too: the kernel refuses that meanwhile.
int volumes_end(struct volumes *v, struct err *e);

// Would this part be opened, any?
bool volumes_has(const struct patient *p, unsigned part);
bool volumes_any(const struct patient *p);

#endif
