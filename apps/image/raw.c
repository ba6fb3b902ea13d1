// SPDX-License-Identifier: GPL-2.0-or-later
// The disk as it is, byte for byte; what is free becomes a hole where the destination has holes.
// With zstd: raw_zst.h.
#include "image/raw_zst.h"

static int plan(struct image_plan *p, struct err *e)
{
	if (p->set.packing == PACK_ZSTD)
		return raw_zst_plan(p, e);
	image_plan_align(p);
	p->file_size = p->disk_size;
	return 0;
}

static int begin(struct image_plan *p, struct sink *s, struct err *e)
{
	(void)p;
	(void)s;
	(void)e;
	return 0;
}

static int put(struct image_plan *p, struct sink *s, uint64_t off, const void *data, size_t len,
	       struct err *e)
{
	if (p->pack_max)
		return raw_zst_put(p, s, off, data, len, e);
	if (off < s->pos)
		return err_set(e, 0, "raw: 0x%llx comes after 0x%llx", (unsigned long long)off,
			       (unsigned long long)s->pos);
	if (off > s->pos && sink_skip(s, off - s->pos, e))
		return -1;
	return sink_sparse(s, data, len, e);
}

static int finish(struct image_plan *p, struct sink *s, struct err *e)
{
	if (p->pack_max)
		return raw_zst_finish(p, s, e);
	return s->pos < p->disk_size ? sink_skip(s, p->disk_size - s->pos, e) : 0;
}

static void release(struct image_plan *p)
{
	if (p->pack_max)
		raw_zst_release(p);
}

const struct image_ops image_raw = {
	.name = "raw",
	.suffix = "raw",
	.help = "the plain disk; every tool reads it",
	.granule = 4096,
	.packings = 1u << PACK_NONE | 1u << PACK_ZSTD,
	.plan = plan,
	.begin = begin,
	.put = put,
	.pack = raw_zst_pack,
	.finish = finish,
	.release = release,
};
