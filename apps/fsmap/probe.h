// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: what the drivers share when they look at a superblock.
#ifndef FSMAP_PROBE_H
#define FSMAP_PROBE_H

#include "base/endian.h"
#include "base/size.h"
#include "base/text.h"
#include "base/view.h"
#include "fsmap/fsmap.h"

// Reads len bytes at off. 1 read, 0 the source ends before that (so it is not this file system), -1
// unreadable.
int probe_read(struct src *s, uint64_t off, void *p, size_t len, struct err *e);

// Starts an info of this type: used unknown, clean, the rest empty.
void probe_begin(struct fs_info *i, const char *type);

// 16 bytes in their order on disk, as "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"; all zero: "".
void probe_uuid(char text[40], const uint8_t b[16]);

// count * unit bytes, UINT64_MAX when that overflows.
uint64_t probe_bytes(uint64_t count, uint64_t unit);

// Says in i->note and i->damaged that the file system is larger than its place, when it is.
void probe_size(struct src *s, struct fs_info *i);

static inline bool probe_power_of_2(uint32_t x, uint32_t least, uint32_t most)
{
	return x >= least && x <= most && (x & (x - 1)) == 0;
}

#endif
