// SPDX-License-Identifier: GPL-2.0-or-later
// The health of a disk that is being read: now, against the start. It is asked now and then in the
// background, not while the disk is busy with a bad place, and for at most a hundredth of its time.
#ifndef BLOCK_HEALTH_H
#define BLOCK_HEALTH_H

#include "block/smart.h"

struct health;

struct health *health_begin(const struct disk *d);

// One phrase for ui_rescue.health, valid until the next call; NULL: not known. moving: bytes came
// from the disk within the last second. To be called about once a second or more often; cheap.
// h == NULL: not known.
const char *health_text(struct health *h, bool moving);

// The disk is back under another name. h == NULL is fine.
void health_moved(struct health *h, const struct disk *d);

// How it was at the start and how it was last; false while that is not known.
bool health_both(const struct health *h, struct smart *first, struct smart *last);

void health_end(struct health *h); // does not wait for the disk; NULL is fine

#endif
