// SPDX-License-Identifier: GPL-2.0-or-later
// Reading what was written once more and comparing its hash.
#ifndef DEST_READ_BACK_H
#define DEST_READ_BACK_H

#include "dest/dest.h"

#define READ_BACK_BLOCK MIB // so much is read at once, into memory aligned to 4096

// Is it wanted, where no server has computed a hash?
bool read_back_wanted(const struct dest *d, const char *sha256);

// Reads [0, size) by read, which gets the offsets in order: exactly n bytes. 0: its hash is sha256;
// -1 with num EBADMSG: it is another.
int read_back(struct dest *d,
	      int (*read)(void *arg, uint64_t off, void *p, size_t n, struct err *e), void *arg,
	      uint64_t size, const char *sha256, struct ui *ui, struct err *e);

#endif
