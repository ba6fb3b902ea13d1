// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: where the parts of an exFAT file system lie (exfat.c), for its used map
// (exfat_used.c).
#ifndef FSMAP_EXFAT_H
#define FSMAP_EXFAT_H

#include "fsmap/probe.h"

struct exfat_shape { // bytes from the beginning
	uint64_t total;
	uint64_t fat, fat_len; // the first FAT; the second, if any, follows it at once
	uint64_t heap;	       // cluster 2
	uint64_t clusters;     // how many; their numbers are 2 ... clusters + 1
	uint32_t cluster;      // bytes of one
	uint32_t root;	       // first cluster of the root directory
	unsigned fats, active; // 1 or 2 of them, and which counts
	bool clean, failed;
	uint32_t serial;
};

// Reads the boot sector. 1 exFAT, 0 not, -1 unreadable. Nothing was held against the size yet.
int exfat_measure(struct src *s, struct exfat_shape *g, struct err *e);

// NULL when the parts fit into each other and into s, else what does not.
const char *exfat_absurd(const struct src *s, const struct exfat_shape *g);

int exfat_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

// Bytes in use as the allocation bitmap says when that is short, else UINT64_MAX.
uint64_t exfat_count(struct src *s, const struct exfat_shape *g);

static inline uint64_t exfat_place(const struct exfat_shape *g, uint32_t cluster)
{
	return g->heap + (uint64_t)(cluster - 2) * g->cluster;
}

#endif
