// SPDX-License-Identifier: GPL-2.0-or-later
// Reading an image file in small pieces that mostly follow each other: what lies behind a piece is
// read with it, so that the file is read once and not in tiny pieces.
#ifndef IMAGE_AHEAD_H
#define IMAGE_AHEAD_H

#include "block/src.h"

struct ahead {
	struct src *src; // outlives it
	uint8_t *buf;
	size_t room, have; // bytes of buf, of them read
	uint64_t at;	   // where these lie in src
};

#define AHEAD(file) ((struct ahead){ .src = (file) })

// The len bytes at off; they stay until the next call. NULL: error.
const uint8_t *ahead_get(struct ahead *a, uint64_t off, size_t len, struct err *e);
void ahead_free(struct ahead *a);

#endif
