// SPDX-License-Identifier: GPL-2.0-or-later
// Public keys as ssh has them, one a line.
#ifndef JOBFILE_KEYS_H
#define JOBFILE_KEYS_H

#include "base/buf.h"

// Adds the lines of the text that are public keys, with no options in front of them. How many.
unsigned public_keys(const char *text, struct buf *out);

#endif
