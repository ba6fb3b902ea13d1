// SPDX-License-Identifier: GPL-2.0-or-later
// Around an unreadable sector the reader hands out small pieces; they are gathered until a granule
// is whole. All others pass without being copied.
#include "copy/image_target.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static int put(struct copy_target *target, const struct piece *p, struct err *e)
{
	struct image_target *t = (struct image_target *)target;
	uint64_t size = t->plan->disk_size, off = p->off;
	uint32_t granule = t->plan->granule;
	const uint8_t *data = p->data;
	size_t len = p->len;

	while (len) {
		size_t n = off + len == size ? len : len / granule * granule;

		if (!t->fill && off % granule == 0 && n) {
			if (t->plan->ops->put(t->plan, t->sink, off, data, n, e))
				return -1;
		} else {
			if (!t->fill)
				t->at = off;
			n = granule - t->fill < len ? granule - t->fill : len;
			memcpy(t->granule + t->fill, data, n);
			t->fill += n;
			if (t->fill == granule || t->at + t->fill == size) {
				if (t->plan->ops->put(t->plan, t->sink, t->at, t->granule, t->fill,
						      e))
					return -1;
				t->fill = 0;
			}
		}
		off += n;
		data += n;
		len -= n;
	}
	return 0;
}

void image_target_begin(struct image_target *t, struct image_plan *plan, struct sink *sink)
{
	*t = (struct image_target){ .target = { put, false }, .plan = plan, .sink = sink };
	t->granule = mem_alloc(plan->granule);
}

void image_target_end(struct image_target *t)
{
	free(t->granule);
	*t = (struct image_target){ 0 };
}
