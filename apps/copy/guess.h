// SPDX-License-Identifier: GPL-2.0-or-later
// What is probably in use on a disk of which tables or superblocks cannot be read. Good for an
// order of reading, not for leaving anything out.
#ifndef COPY_GUESS_H
#define COPY_GUESS_H

#include "block/src.h"

// reads, failed: what was asked of s before, and what could not be read; both grow. m: MAP_DONE
// used, or nobody knows; initialised here.
void guess_used(struct src *s, struct map *reads, struct map *failed, struct map *m);

#endif
