// SPDX-License-Identifier: GPL-2.0-or-later
// SHA-256 (FIPS 180-4).
#ifndef BASE_SHA256_H
#define BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sha256 {
	uint32_t h[8];
	uint64_t len; // bytes so far
	uint8_t block[64];
};

void sha256_begin(struct sha256 *s);
void sha256_add(struct sha256 *s, const void *p, size_t n);
// 64 hexadecimal digits and a NUL. The state is used up.
void sha256_end(struct sha256 *s, char hex[65]);

// Set by tests: leave the processor's own instructions alone.
extern bool sha256_use_portable;

#endif
