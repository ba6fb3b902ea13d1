// SPDX-License-Identifier: GPL-2.0-or-later
// A source that only pretends to fail, and keeps a log: to see what a rescue would do.
#ifndef SALVOR_TEST_MODE_H
#define SALVOR_TEST_MODE_H

#include "block/src.h"

// parent, but what the mapfile `faults` does not call rescued cannot be read; NULL: all can. Each
// read is a line "position size 0|1" in the file `log`, numbers in hexadecimal, 1 when it went
// well; NULL: no log. parent must outlive it.
int test_mode_open(struct src **out, struct src *parent, const char *faults, const char *log,
		   struct err *e);

#endif
