// SPDX-License-Identifier: GPL-2.0-or-later
// A new disk made of the work disk: device mapper puts together what lies on it already and a
// sparse file with all else, LIO shows it as a second SCSI disk. It is thrown away with the work
// disk, so what is written to it may go to either; the real disk is beneath neither.
#ifndef WORK_NEW_DISK_H
#define WORK_NEW_DISK_H

#include "newfs/pieces.h"
#include "work/state.h"

// First the file: `size` bytes, zeros, of which `need` will be written, about. Its path goes to
// file (256 bytes).
int new_disk_begin(uint64_t size, uint64_t need, char *file, struct err *e);

// Then the disk: pieces where they are, the file everywhere else. What they lie on must not be
// mounted.
int new_disk_open(const struct pieces *pieces, struct disk *disk, struct err *e);

// Where it holds anything but zeros: data is made here, MAP_DONE there. All that was written to it
// must have reached the file.
int new_disk_data(const struct pieces *pieces, struct map *data, struct err *e);

// Both away again, half made or whole.
int new_disk_end(struct work_state *s, struct err *e);

#endif
