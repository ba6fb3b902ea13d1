// SPDX-License-Identifier: GPL-2.0-or-later
// A copy target that feeds an image format with whole granules, packed on every core where the plan
// wants that.
#ifndef COPY_IMAGE_TARGET_H
#define COPY_IMAGE_TARGET_H

#include "copy/copy.h"
#include "image/image.h"

struct image_target {
	struct copy_target target;
	struct image_plan *plan;
	struct sink *sink;
	struct pump_work work;
};

// plan and sink outlive it; the plan's used map is what copy_run must be told as wanted.
void image_target_begin(struct image_target *t, struct image_plan *plan, struct sink *sink);

#endif
