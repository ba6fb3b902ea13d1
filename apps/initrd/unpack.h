// SPDX-License-Identifier: GPL-2.0-or-later
// Unpacking what a kernel unpacks, piece by piece: memory does not grow with what comes out. One
// file per way of packing; order of list.h: order of asking.
#ifndef INITRD_UNPACK_H
#define INITRD_UNPACK_H

#include <stdbool.h>

#include "base/err.h"
#include "base/view.h"

struct pieces { // moves on as it is used
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
};

enum unpack_state { UNPACK_MORE, UNPACK_END, UNPACK_BROKEN };

struct unpack_ops {
	const char *name;
	bool (*mine)(struct view v); // does it begin like this?
	void *(*begin)(void);	     // NULL: not enough memory
	// All of the input there is lies in p. UNPACK_END: the stream has ended, p->in is behind
	// it. UNPACK_MORE with room left in p->out: the input ended in the middle.
	enum unpack_state (*run)(void *state, struct pieces *p);
	void (*end)(void *state);
};

// The way v is packed; NULL none that we know.
const struct unpack_ops *unpack_find(struct view v);

#define X(n) extern const struct unpack_ops unpack_##n;
#include "initrd/list.h"
#undef X

#endif
