// SPDX-License-Identifier: GPL-2.0-or-later
// Four words with one branch; musl's memcmp looks at single bytes.
#include "base/zero.h"

#include <stdint.h>
#include <string.h>

#define LINE 32

static inline uint64_t word(const unsigned char *p)
{
	uint64_t w;

	memcpy(&w, p, sizeof w);
	return w;
}

static inline bool line_is_zero(const unsigned char *p)
{
	return !(word(p) | word(p + 8) | word(p + 16) | word(p + 24));
}

bool is_zero(const void *data, size_t n)
{
	const unsigned char *p = data;

	for (; n >= LINE; n -= LINE, p += LINE)
		if (!line_is_zero(p))
			return false;
	for (; n; n--, p++)
		if (*p)
			return false;
	return true;
}
