// SPDX-License-Identifier: GPL-2.0-or-later
#ifndef SALVOR_WALK_LAYOUT_H
#define SALVOR_WALK_LAYOUT_H

#include "salvor/face.h"

struct layout {
	bool one_partition;
	char size[24]; // as typed; "" none
};

// Asks where there is a choice: a Linux on the disk (its index in the survey). False: back.
bool choose_layout(struct face *f, const char *title, int disk, struct layout *l);
// As settings of a job of the command image.
int layout_set(const struct layout *l, struct job *j, struct err *e);

#endif
