// SPDX-License-Identifier: GPL-2.0-or-later
// The hash of something that can be read.
#ifndef COPY_HASH_SRC_H
#define COPY_HASH_SRC_H

#include "base/ui.h"
#include "block/src.h"

// SHA-256 of the first len bytes (a multiple of the sector size, or all). Every byte must be
// readable.
int hash_src(struct src *s, uint64_t len, struct ui *ui, char hex[65], struct err *e);

#endif
