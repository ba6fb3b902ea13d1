// SPDX-License-Identifier: GPL-2.0-or-later
// Can it be read?
#ifndef COPY_READABLE_H
#define COPY_READABLE_H

#include "base/ui.h"
#include "block/src.h"

// Reads the ranges of wanted that are MAP_DONE. -1 at the first that cannot be: e->num is EIO where
// the medium is to blame.
int readable_run(struct src *s, const struct map *wanted, struct ui *ui, struct err *e);

#endif
