// SPDX-License-Identifier: GPL-2.0-or-later
// What the repaired system will call its disk and partitions when this disk is the only one.
#ifndef REPAIR_NAMES_H
#define REPAIR_NAMES_H

#include "repair/patient.h"

struct names {
	char disk[32]; // "sda", "vda", "nvme0n1", "hda", "cciss/c0d0"
	// What the file system of / is to be labelled (step label): an initrd of Red Hat 4 or
	// before knows no UUIDs, and it has no label that will do. "" it stays as it is.
	char label[17];
	const struct patient *p; // labels and UUIDs
};

// real: the disk in this machine (not the work disk). device_map: text of the system's own
// device.map, "" none: it alone knows that an old kernel will call the disk hda or cciss/c0d0.
void names_find(struct names *n, const struct patient *p, const struct disk *real,
		const char *device_map);

// "/dev/sda3".
void names_device(const struct names *n, unsigned number, char *out, size_t size);

// The same for a part of d (index): "/dev/sda3"; a volume's is "/dev/mapper/vg-root".
void names_part(const struct names *n, const struct s_disk *d, int part, char *out, size_t size);
#define NAMES_MAX 300

// The best name for fstab, root= and resume=: LABEL= when the label is unique on the disk and
// plain text, else UUID=, else the device's name when the disk is alone. A logical volume's device
// has its name on every machine.
void names_best(const struct names *n, int part, char *out, size_t size);

// Splits "/dev/sdb3" into "sdb" and 3. False when it is no name of a disk's partition.
bool names_split(const char *device, char *disk, size_t size, unsigned *number);

#endif
