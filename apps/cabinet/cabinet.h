// SPDX-License-Identifier: GPL-2.0-or-later
// Microsoft's cabinets (.cab), in which setup leaves drivers: single files of one unpacked by
// libmspack, whichever of MSZIP, LZX and Quantum packed them. A cabinet is hostile: to be called in
// a process apart (base/apart) that has a limit to its time.
#ifndef CABINET_CABINET_H
#define CABINET_CABINET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

// Where the bytes of one come from.
struct cabinet_in {
	uint64_t size;
	// n bytes at off, which lie inside. 0, or an errno.
	int (*read)(void *arg, uint64_t off, void *p, size_t n);
	void *arg;
};

struct cabinet;

// Reads its list of files, which stands at its beginning: in may have no more than that; it
// outlives the cabinet. shown: its name in messages. e->num is EBADMSG when it is none.
int cabinet_open(struct cabinet **out, const char *shown, const struct cabinet_in *in,
		 struct err *e);
// Has it a file with this name, in any case, of at most max bytes?
bool cabinet_has(const struct cabinet *c, const char *name, size_t max);
// Adds that file to out; nothing is added on -1.
int cabinet_unpack(struct cabinet *c, const char *name, size_t max, struct buf *out, struct err *e);
void cabinet_close(struct cabinet *c); // NULL is fine

#endif
