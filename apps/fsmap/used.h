// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: what the drivers share when they draw the map of used blocks.
#ifndef FSMAP_USED_H
#define FSMAP_USED_H

#include "base/map.h"

// Calls [off, off + len) used. However torn a file system is, the map stays below USED_RANGES
// ranges: when there would be more, the shortest free pieces are called used, too.
#define USED_RANGES (1u << 18)
void used_add(struct map *m, uint64_t off, uint64_t len);
// The other way round, for a map that begins all used: calls it free.
void used_free(struct map *m, uint64_t off, uint64_t len);

// The same for n units of `unit` bytes from off on, each with a bit that is set when it is used;
// the lowest bit of a byte comes first.
void used_bits(struct map *m, uint64_t off, uint64_t unit, const uint8_t *bits, uint64_t n);

// The end (not included) of the run of equal bits that begins with bit `from` of n.
uint64_t used_run(const uint8_t *bits, uint64_t from, uint64_t n);

static inline bool used_bit(const uint8_t *bits, uint64_t k)
{
	return (bits[k / 8] >> k % 8 & 1) != 0;
}

// What is kept though nobody says that it is in use, and why: the first reason in words.
struct doubt {
	uint64_t bytes;
	unsigned reasons;
	char first[96];
};

// One more reason: "group 17's bitmap is damaged".
void used_doubt(struct doubt *d, uint64_t bytes, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

// "412.0 MiB kept because group 17's bitmap is damaged, and 3 more"; "" without a doubt.
void used_tell(const struct doubt *d, char *why, size_t size);

#endif
