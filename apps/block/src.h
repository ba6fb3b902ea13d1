// SPDX-License-Identifier: GPL-2.0-or-later
// A source: bytes that can be read, and by construction never written.
#ifndef BLOCK_SRC_H
#define BLOCK_SRC_H

#include <stdint.h>

#include "base/err.h"
#include "base/map.h"

struct src {
	const struct src_ops *ops;
	uint64_t size;	   // bytes
	uint32_t sector;   // logical sector size, bytes
	uint32_t physical; // bytes the disk reads, and loses, as one; 0: not known
	char name[128];	   // for messages: "/dev/sdb", "/dev/sdb partition 3"
};

struct src_ops {
	// Reads exactly n bytes at off (the caller keeps inside size). e->num tells EIO, ENODATA,
	// ...
	int (*read)(struct src *s, uint64_t off, void *p, size_t n, struct err *e);
	void (*close)(struct src *s);
};

// A disk, partition or image file, opened O_RDONLY. Regular files and block devices only.
// For a block device the kernel's read-only flag is left as it is.
int src_open(struct src **out, const char *path, struct err *e);
// The same without the page cache (O_DIRECT). Reads of whole sectors into memory aligned to 4096 go
// straight there; others are possible, through a copy.
int src_open_direct(struct src **out, const char *path, struct err *e);

// [off, off + len) of parent as a source of its own; cut to what the parent has. parent must
// outlive it.
struct src *src_window(struct src *parent, uint64_t off, uint64_t len, const char *name);

// parent, but reads that touch a range of the map that is not MAP_DONE fail with EIO. The map is
// copied; parent must outlive it.
struct src *src_fault(struct src *parent, const struct map *faults);
// parent, and what is asked for through it becomes MAP_DONE in reads, MAP_BAD in failed where it
// could not be read; that fails at once the next time. All three must outlive it.
struct src *src_record(struct src *parent, struct map *reads, struct map *failed);

// Exactly n bytes, or -1; a range not inside the source is an error ("beyond the end").
int src_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e);
void src_close(struct src *s); // NULL is fine

void src_close_ptr(struct src **s);
#define SRC_AUTO __attribute__((cleanup(src_close_ptr)))

#endif
