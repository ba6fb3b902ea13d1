// SPDX-License-Identifier: GPL-2.0-or-later
// Image formats. A format plans first (a function of the map alone, no I/O), then writes front to
// back once.
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/buf.h"
#include "base/sink.h"
#include "block/src.h"

struct image_plan {
	const struct image_ops *ops;
	uint64_t disk_size; // bytes the guest sees
	uint32_t granule;   // bytes: cluster, grain, block
	struct map used;    // aligned to granules: MAP_DONE will be stored
	uint64_t file_size; // bytes of the file when nothing is compressed
	void *state;	    // the format's own
};

struct image_ops {
	const char *name;   // "qcow2", for --format
	const char *suffix; // "qcow2"
	const char *help;   // one line for the menu
	uint32_t granule;   // bytes
	// used, granule, disk_size are set; fills file_size and, when the format wants something,
	// state.
	int (*plan)(struct image_plan *p, struct err *e);
	int (*begin)(struct image_plan *p, struct sink *s, struct err *e); // headers and tables
	// The next used granules: called in order of offset for all of used, len a multiple of
	// granule but at the end of the disk.
	int (*put)(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
		   struct err *e);
	int (*finish)(struct image_plan *p, struct sink *s, struct err *e);
	void (*release)(struct image_plan *p); // frees state; NULL: free() does
	// Reading: 1 mine, 0 not, -1 damaged; a source over the guest's bytes. file must outlive
	// it. NULL: never mine.
	int (*open)(struct src *file, struct src **out, struct err *e);
	// Is the file whole: tables inside it, nothing used twice, counts right? -1: no, and where.
	// What is harmless goes to notes, one line each. NULL: the format has no structure.
	int (*check)(struct src *file, struct buf *notes, struct err *e);
};

const struct image_ops *image_find(const char *name); // NULL: no such format
const struct image_ops *const *image_formats(void);   // NULL-terminated, menu order
// The guest's bytes of an image file, whatever format it has (raw when none says yes). *ops tells
// which.
int image_open(struct src *file, struct src **out, const struct image_ops **ops, struct err *e);

// used is taken over (moved), aligned to the format's granule.
int image_plan(struct image_plan *p, const struct image_ops *ops, uint64_t disk_size,
	       struct map *used, struct err *e);
void image_plan_free(struct image_plan *p);

#define X(n) extern const struct image_ops image_##n;
#include "image/list.h"
#undef X

#endif
