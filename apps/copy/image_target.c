// SPDX-License-Identifier: GPL-2.0-or-later
// Blocks hold whole granules, whatever could not be read in them: nothing is gathered or copied.
#include "copy/image_target.h"

static int put_packed(struct copy_target *target, const struct block *b, struct err *e)
{
	struct image_target *t = (struct image_target *)target;

	for (size_t i = 0; i < b->n_made; i++) {
		const struct made *m = &b->made[i];

		if (m->len && t->plan->ops->put(t->plan, t->sink, m->off, m->data, m->len, e))
			return -1;
	}
	return 0;
}

static int put(struct copy_target *target, const struct block *b, struct err *e)
{
	struct image_target *t = (struct image_target *)target;

	for (size_t i = 0; i < b->n;) {
		const struct piece *p = &b->piece[i++];
		size_t len = p->len;

		for (; i < b->n && b->piece[i].off == p->off + len; i++)
			len += b->piece[i].len;
		if (t->plan->ops->put(t->plan, t->sink, p->off, p->data, len, e))
			return -1;
	}
	return 0;
}

static void *begin_packer(void *arg)
{
	return packer_new(((struct image_target *)arg)->plan->set.packing);
}

static void end_packer(void *own)
{
	packer_free(own);
}

static size_t pack(void *arg, void *own, uint64_t off, const void *data, void *out)
{
	const struct image_plan *plan = ((struct image_target *)arg)->plan;

	return plan->ops->pack(plan, own, off, data, out);
}

void image_target_begin(struct image_target *t, struct image_plan *plan, struct sink *sink)
{
	*t = (struct image_target){ .plan = plan, .sink = sink };
	t->target = (struct copy_target){ .put = put, .unit = plan->granule };
	if (!plan->pack_max)
		return;
	t->target.put = put_packed;
	t->target.work = &t->work;
	t->work = (struct pump_work){ .unit = plan->granule,
				      .room = plan->pack_max,
				      .begin = begin_packer,
				      .end = end_packer,
				      .make = pack,
				      .arg = t };
}
