// SPDX-License-Identifier: GPL-2.0-or-later
// Looking after a disk while it is copied: kernel and drive give up bad places soon, and its health
// is watched. Nothing here fails or waits long; of files nothing is done.
#ifndef SALVOR_CARE_H
#define SALVOR_CARE_H

#include "block/health.h"
#include "block/patience.h"
#include "salvor/source.h"

struct care {
	char path[256]; // of the disk that is cared for; "" none
	struct patience *patience;
	struct health *health;
};

void care_begin(struct care *c, const struct source *s);
// The disk had dropped out and is back, maybe under another name.
void care_again(struct care *c, const struct source *s);
// Its health in a phrase, "" when nothing is known. moving: see block/health.h.
void care_health(struct care *c, bool moving, char *text, size_t size);
// Puts everything back. change: what got worse on the way, one line, "" when nothing did.
void care_end(struct care *c, char *change, size_t size);

#endif
