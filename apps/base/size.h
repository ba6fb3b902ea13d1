// SPDX-License-Identifier: GPL-2.0-or-later
// Sizes as people write them, and as they read them.
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include <stdint.h>

#include "base/err.h"

#define KIB 1024ull
#define MIB (1024ull * KIB)
#define GIB (1024ull * MIB)
#define TIB (1024ull * GIB)

// "512", "10G", "63s", "0x1000": K M G T are powers of 1024, s is 512 bytes.
int size_parse(const char *text, uint64_t *bytes, struct err *e);

// "61.0 GiB", "512 B"; at most 10 characters.
struct size_text {
	char s[16];
};
struct size_text size_show(uint64_t bytes);

// "1 h 05 min", "9 min", "42 s".
struct size_text time_show(uint64_t seconds);

#endif
