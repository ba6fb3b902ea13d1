// SPDX-License-Identifier: GPL-2.0-or-later
// How large an image will become and how long it will take, before it is made: from the map and
// from samples of the source.
#ifndef SALVOR_ESTIMATE_H
#define SALVOR_ESTIMATE_H

#include "base/ui.h"
#include "image/image.h"

struct estimate {
	uint64_t used;	    // bytes of whole granules that will be stored
	uint64_t file;	    // bytes the file will have, about; as planned where nothing is packed
	uint64_t sampled;   // bytes that were read for it; 0: the source could not be measured
	uint64_t packed;    // bytes that these became
	uint64_t read_rate; // bytes/s
	uint64_t pack_rate; // bytes/s, by all cores; 0: nothing is packed
	unsigned cores;
};

// Reads for some seconds at most and gives up at the first sector that cannot be read.
void estimate_make(struct estimate *x, const struct image_plan *plan, struct src *s, struct ui *ui);
// Seconds for reading and packing all; 0: not measured.
uint64_t estimate_seconds(const struct estimate *x);
// Lines for the plan: what is expected and what that rests on.
void estimate_tell(const struct estimate *x, const struct image_plan *plan, struct buf *out);

#endif
