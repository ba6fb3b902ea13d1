// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: where the parts of a FAT file system lie (fat.c), for its used map (fat_used.c)
// and its files (fat_file.c).
#ifndef FSMAP_FAT_H
#define FSMAP_FAT_H

#include "fsmap/probe.h"

struct fat_shape { // bytes from the beginning
	uint64_t total;
	uint64_t fat, fat_len; // the first FAT; the others follow it at once
	uint64_t root;	       // FAT12, FAT16: the root directory
	uint64_t data;	       // cluster 2
	uint64_t clusters;     // how many; their numbers are 2 ... clusters + 1
	uint32_t cluster;      // bytes of one
	uint32_t root_cluster; // FAT32
	uint64_t info;	       // FAT32: the sector with the number of free clusters; 0: none
	unsigned fats;
	int bits; // 12, 16, 32
};

// Reads the boot sector. 1 a FAT file system, 0 none, -1 unreadable.
int fat_measure(struct src *s, struct fat_shape *g, struct err *e);

// fat_file.c: reading files.
int fat_files(struct src *s, struct fs **out, struct err *e);

int fat_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e);

// Bytes in use, counted in the FAT when that is short, or told by a clean FAT32; else UINT64_MAX.
uint64_t fat_count(struct src *s, const struct fat_shape *g);

#endif
