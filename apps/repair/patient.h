// SPDX-License-Identifier: GPL-2.0-or-later
// The disk a repair looks at: its survey, and the files of the system on it, read without mounting.
#ifndef REPAIR_PATIENT_H
#define REPAIR_PATIENT_H

#include "inspect/survey.h"

#define PATIENT_FS 16

struct patient {
	struct survey s;
	const struct s_disk *disk;  // s.disks[0]
	const struct s_system *sys; // the Linux on it, NULL: none was found
	struct src *src;	    // all of the disk
	struct patient_fs {
		int part;
		struct src *window, *below;
		struct fs *fs;
	} open[PATIENT_FS];
	unsigned n_open;
};

int patient_open(struct patient *p, const char *path, struct ui *ui, struct err *e);
void patient_close(struct patient *p);

// A file of the system, path seen from its root; file systems of its own on this disk are found
// by its fstab. At most 1 MiB. e->num is ENOENT when there is none.
int patient_read(struct patient *p, const char *path, struct buf *out, struct err *e);
int patient_stat(struct patient *p, const char *path, struct stat *st, struct err *e);

// The file system that holds a path, and what is left of the path in it; NULL when it cannot be
// read. Stays open with the patient.
struct fs *patient_fs(struct patient *p, const char *path, const char **rest, struct err *e);

// One of its file systems, by its index. As above.
struct fs *patient_open_part(struct patient *p, int part, struct err *e);

// Which partition (index) holds a path, and what is left of the path in it.
int patient_part(const struct patient *p, const char *path, const char **rest);

// The partition (index) that a name of an array means: "/dev/md2", "/dev/md/root"; -1 none on
// this disk.
int patient_array(const struct patient *p, const char *device);

// Is a partition of this disk a member of an array?
bool patient_in_mirror(const struct patient *p);
// Are its initrds made by dracut, which writes down for one machine what it sees?
bool patient_has_dracut(struct patient *p);

#endif
