// SPDX-License-Identifier: GPL-2.0-or-later
// Kernel arguments that name an array of the disk, wherever they stand: root= and resume= get the
// names of partitions, rd.md.uuid= and the like go: dracut waits for every array that it was told
// of.
#ifndef REPAIR_ARGS_H
#define REPAIR_ARGS_H

#include "repair/steps/step.h"

struct args_place {
	struct repair *r;
	const char *step, *path; // for the edits
};

// True when something was changed; out has the new text either way. An environment block of GRUB
// (grubenv) keeps its size.
bool args_edit(struct args_place *p, const char *text, struct buf *out);
// The same for root= and resume= by a disk's letter; as a virtual machine's by its serial number or
// place, too.
bool args_edit_devices(struct args_place *p, const char *text, struct buf *out);

// The new name for a name of an array, or of any when key is root. False: it is none.
bool args_array(struct args_place *p, const char *key, const char *value, char *to, size_t size);

#endif
