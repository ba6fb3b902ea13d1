// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what was written once more and comparing its hash.
#ifndef DEST_READ_BACK_H
#define DEST_READ_BACK_H

#include "dest/dest.h"

// So much is read at once, into memory aligned to 4096: enough that a server's answers overlap, and
// that the time from one to the next weighs little.
#define READ_BACK_BLOCK (4 * MIB)

// Is it wanted, where no server has computed a hash?
bool read_back_wanted(const struct dest *d, const char *sha256);

// Gets exactly n bytes; the offsets come in order.
typedef int read_back_fn(void *arg, uint64_t off, void *p, size_t n, struct err *e);

// Reads [0, size). 0: its hash is sha256; -1 with num EBADMSG: it is another.
int read_back(struct dest *d, read_back_fn *read, void *arg, uint64_t size, const char *sha256,
	      struct ui *ui, struct err *e);

#endif
