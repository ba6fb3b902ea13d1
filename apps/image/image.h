// SPDX-License-Identifier: GPL-2.0-or-later
// Image formats. A format plans first (a function of the map alone, no I/O), then writes front to
// back once.
#ifndef IMAGE_IMAGE_H
#define IMAGE_IMAGE_H

#include "base/buf.h"
#include "base/sink.h"
#include "block/src.h"
#include "image/pack.h"

// What the operator may choose.
struct image_settings {
	enum packing packing;
	bool fixed;	  // free blocks take their room in the file, too
	bool old;	  // for programs of long ago: qcow2 version 2
	uint32_t sector;  // logical sectors of the disk, bytes: 512 or 4096
	const char *name; // of the file, where a format writes it down; NULL: nobody knows it
};

struct image_plan {
	const struct image_ops *ops;
	struct image_settings set;
	uint64_t disk_size; // bytes the guest sees
	uint32_t granule;   // bytes: cluster, grain, block; divides 1 MiB
	struct map used;    // aligned to granules: MAP_DONE will be stored
	uint64_t file_size; // bytes of the file when no granule can be made smaller
	size_t pack_max; // bytes of a packed granule at most; 0: put() takes granules as they are
	bool patches;	 // finish() overwrites what was written: not every sink can
	void *state;	 // the format's own
};

struct image_ops {
	const char *name;     // "qcow2", for --format
	const char *suffix;   // "qcow2"
	const char *help;     // one line for the menu
	uint32_t granule;     // bytes, where plan does not say otherwise
	enum packing packing; // when nothing else is asked for
	unsigned packings;    // those that are possible: 1u << packing for each
	bool can_be_fixed;    // --fixed means something
	bool can_be_old;      // set.old does
	// used (not aligned yet), granule, disk_size, set are there. Chooses the granule, calls
	// image_plan_align, fills the rest.
	int (*plan)(struct image_plan *p, struct err *e);
	int (*begin)(struct image_plan *p, struct sink *s, struct err *e); // headers and tables
	// The next used granules: called in order of offset for all of used, len a multiple of
	// granule but at the end of the disk. Where the plan has pack_max: one granule, data is
	// what pack made of it, len its length.
	int (*put)(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
		   struct err *e);
	// Makes the granule at off small: `data` is all of it, zeros behind the disk's end; `out`
	// has room for pack_max bytes. Its length is returned; 0: all is zero, nothing to put.
	// Pure: several threads call it, each with a packer of its own for set.packing. NULL: plans
	// have no pack_max.
	size_t (*pack)(const struct image_plan *p, struct packer *k, uint64_t off, const void *data,
		       void *out);
	int (*finish)(struct image_plan *p, struct sink *s, struct err *e);
	void (*release)(struct image_plan *p); // frees state; NULL: free() does
	// Reading: 1 mine, 0 not, -1 damaged; a source over the guest's bytes. file must outlive
	// it. NULL: never mine.
	int (*open)(struct src *file, struct src **out, struct err *e);
	// Which bytes of the guest (from open) the file stores, m all MAP_TODO before: MAP_DONE
	// there, all else reads as zeros. NULL: all.
	int (*stored)(struct src *guest, struct map *m, struct err *e);
	// Is the file whole: tables inside it, nothing used twice, nothing lost, counts and
	// checksums right? -1: no, and where. What is harmless goes to notes, one line each. NULL:
	// the format has no structure.
	int (*check)(struct src *file, struct buf *notes, struct err *e);
};

const struct image_ops *image_find(const char *name); // NULL: no such format
const struct image_ops *const *image_formats(void);   // NULL-terminated, menu order
// The guest's bytes of an image file, whatever format it has (raw when none says yes). *ops tells
// which: one of the formats, or image_raw_zst.
int image_open(struct src *file, struct src **out, const struct image_ops **ops, struct err *e);

// The format's own choice of settings, for sectors of 512 bytes.
struct image_settings image_settings(const struct image_ops *ops);
// Of a file's name: "qcow2", "raw.zst".
const char *image_suffix(const struct image_ops *ops, const struct image_settings *set);
// The format a file of this name should have, by its suffix, with that name's packing in set; NULL:
// the name does not tell.
const struct image_ops *image_by_name(const char *file, struct image_settings *set);
// used is taken over (moved). A choice the format does not have is a usage error.
int image_plan(struct image_plan *p, const struct image_ops *ops, const struct image_settings *set,
	       uint64_t disk_size, struct map *used, struct err *e);
void image_plan_free(struct image_plan *p);
// Grows used to whole granules. --fixed: to everything.
void image_plan_align(struct image_plan *p);

#define X(n) extern const struct image_ops image_##n;
#include "image/list.h"
#undef X

// What image_raw writes with zstd, and other programs' files of zstd frames: for reading only.
extern const struct image_ops image_raw_zst;

#endif
