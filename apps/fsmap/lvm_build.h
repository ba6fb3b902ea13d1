// SPDX-License-Identifier: GPL-2.0-or-later
// Inside fsmap/: what is known while the metadata text of LVM2 becomes volumes.
#ifndef FSMAP_LVM_BUILD_H
#define FSMAP_LVM_BUILD_H

#include "fsmap/lvm.h"
#include "fsmap/lvm_text.h"

#define LVM_ELSEWHERE UINT64_MAX

// One volume in the making. Its own segments' troubles stand in lvm_volume.why.
struct lvm_draft {
	const struct lvm_node *node;
	const struct lvm_node *mirror; // its only segment is this mirror
	size_t owner;		       // a volume that names it
	unsigned owners;	       // how often it is named
};

struct lvm_build {
	struct lvm *l;
	struct src *pv;
	struct lvm_draft *drafts;     // by name, as l->volumes
	const char *own;	      // the name of this physical volume in the text
	const struct lvm_node *disks; // the section of the physical volumes
	uint64_t extent;	      // bytes
	size_t room_segments, room_areas, room_given;
	struct err *e;
};

// The volume of this name; l->n_volumes: none.
size_t lvm_volume_of(const struct lvm_build *b, const char *name);

// Reads the segments of volume k. -1: the text contradicts itself.
int lvm_take_volume(struct lvm_build *b, size_t k);

int lvm_contradiction(const struct lvm_build *b, const struct lvm_node *n);

#endif
