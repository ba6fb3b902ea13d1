// SPDX-License-Identifier: GPL-2.0-or-later
// A file that was written in parts, because where it lies no file may be as long: NAME.001,
// NAME.002, ..., joined by `cat NAME.0*`. All but the last one are of the same length.
#ifndef BLOCK_PARTS_H
#define BLOCK_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "block/src.h"

#define PARTS_MAX 999
// A line of NAME.sha256 that tells how long it is, for printf and scanf.
#define PARTS_NOTE "# %llu bytes in parts"

// "NAME.003" and suffix; number 0: NAME itself. False when it does not fit.
bool parts_name(char *out, size_t size, const char *name, unsigned number, const char *suffix);
// Takes the number off a path "NAME.001", where that is a file and NAME is none.
void parts_strip(char *path);

// NAME, or its parts as one source. suffix: behind every number. A part that is missing, and one
// whose length does not fit, is told.
int parts_open(struct src **out, const char *name, const char *suffix, struct err *e);

#endif
