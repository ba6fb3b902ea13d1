// SPDX-License-Identifier: GPL-2.0-or-later
// What lies on an LVM2 physical volume: its logical volumes and their places, from its metadata
// text. Nothing is activated.
#ifndef FSMAP_LVM_H
#define FSMAP_LVM_H

#include <stdbool.h>

#include "block/src.h"

// A piece of a volume, in one area or dealt out to several in turn.
struct lvm_segment {
	uint64_t start, len; // bytes of the volume
	uint64_t stripe;     // bytes to one area before it is the next one's turn
	uint32_t n;	     // areas
	size_t first;	     // the first of them
};

struct lvm_volume {
	char name[260]; // "vg/root"
	char id[33];	// its UUID without dashes
	bool visible;	// made by the operator, not a part of another or of LVM's own
	uint64_t size;	// bytes
	uint64_t here;	// bytes that it has on this disk
	char why[160];	// why it cannot be looked into; "" it can
	bool leg;	// of a mirror that can be
	size_t first_segment, n_segments;
	// Which volumes hold its contents here: itself, or each leg of a mirror.
	size_t legs[2];
	unsigned n_legs;
};

// A range that a volume has on this disk.
struct lvm_given {
	uint64_t off, len;
	size_t volume;
};

struct lvm {
	char group[128];		   // name of the volume group
	char id[33];			   // its UUID without dashes
	unsigned disks;			   // physical volumes that it consists of
	uint64_t extents_off, extents_len; // where volumes lie; around it is metadata
	struct lvm_volume *volumes;	   // by name
	size_t n_volumes;
	struct lvm_segment *segments;
	size_t n_segments;
	uint64_t *areas; // bytes: where each begins on this disk; UINT64_MAX: on another
	size_t n_areas;
	struct lvm_given *given; // of all volumes, whatever their kind, in no order
	size_t n_given;
};

// 1 read (*l filled), 0 not a physical volume, -1 what lies where is not known.
int lvm_read(struct src *pv, struct lvm *l, struct err *e);
void lvm_close(struct lvm *l);

// A volume all of which is here and that is no mirror: what is written to its places is all that is
// to be written.
bool lvm_plain(const struct lvm *l, const struct lvm_volume *v);
// "vg-root" for the volume "vg/root": its name for device mapper, in which - is doubled.
void lvm_mapper_name(const char *name, char *out, size_t size);
// Is the volume "vg/root" meant by /dev/vg/root or /dev/mapper/vg-root?
bool lvm_called(const char *name, const char *device);

// The contents of a volume that can be looked into, from its first leg. pv and l must outlive it.
struct src *lvm_src(struct src *pv, const struct lvm *l, const struct lvm_volume *v);
// Gives MAP_DONE in m (of the disk) to all places of what is MAP_DONE in used (of the volume).
void lvm_place(const struct lvm *l, const struct lvm_volume *v, const struct map *used,
	       struct map *m);
// The other way round: part becomes the map of what lvm_src reads, MAP_DONE where m (of the disk)
// is, MAP_BAD elsewhere.
void lvm_take(const struct lvm *l, const struct lvm_volume *v, const struct map *m,
	      struct map *part);

#endif
