// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the table of image formats.
#include "image/image.h"

#include <stdlib.h>
#include <string.h>

static const struct image_ops *const formats[] = {
#define X(n) &image_##n,
#include "image/list.h"
#undef X
	NULL
};

static const struct image_ops *const readable[] = {
#define X(n) &image_##n,
#include "image/list.h"
#undef X
	&image_raw_zst, NULL
};

const struct image_ops *const *image_formats(void)
{
	return formats;
}

const struct image_ops *image_find(const char *name)
{
	for (const struct image_ops *const *f = formats; *f; f++)
		if (!strcmp((*f)->name, name))
			return *f;
	return NULL;
}

int image_open(struct src *file, struct src **out, const struct image_ops **ops, struct err *e)
{
	*out = NULL;
	for (const struct image_ops *const *f = readable; *f; f++) {
		int rc = (*f)->open ? (*f)->open(file, out, e) : 0;

		if (rc) {
			*ops = *f;
			return rc < 0 ? -1 : 0;
		}
	}
	*ops = &image_raw;
	*out = src_window(file, 0, file->size, NULL);
	return 0;
}

struct image_settings image_settings(const struct image_ops *ops)
{
	return (struct image_settings){ .packing = ops->packing, .sector = 512 };
}

const char *image_suffix(const struct image_ops *ops, const struct image_settings *set)
{
	return ops == &image_raw && set->packing == PACK_ZSTD ? "raw.zst" : ops->suffix;
}

static bool ends_with(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && name[n - k - 1] == '.' && !strcmp(name + n - k, suffix);
}

const struct image_ops *image_by_name(const char *file, struct image_settings *set)
{
	for (const struct image_ops *const *f = formats; *f; f++) {
		*set = image_settings(*f);
		if (ends_with(file, (*f)->suffix))
			return *f;
	}
	*set = image_settings(&image_raw);
	if (ends_with(file, "img"))
		return &image_raw;
	set->packing = PACK_ZSTD;
	return ends_with(file, "raw.zst") || ends_with(file, "img.zst") ? &image_raw : NULL;
}

static int check_settings(const struct image_ops *ops, const struct image_settings *set,
			  struct err *e)
{
	if (!(ops->packings & 1u << set->packing))
		return err_usage(e, "%s: --compress %s: the format does not have that", ops->name,
				 packing_name(set->packing));
	if (set->fixed && !ops->can_be_fixed)
		return err_usage(e, "%s: --fixed: the format has no such kind", ops->name);
	if (set->old && !ops->can_be_old)
		return err_usage(e, "%s: --compat 0.10: only qcow2 has that", ops->name);
	return 0;
}

int image_plan(struct image_plan *p, const struct image_ops *ops, const struct image_settings *set,
	       uint64_t disk_size, struct map *used, struct err *e)
{
	*p = (struct image_plan){ .ops = ops, .set = *set, .disk_size = disk_size };
	p->granule = ops->granule;
	p->used = *used;
	*used = (struct map){ 0 };
	if (check_settings(ops, set, e) || ops->plan(p, e)) {
		image_plan_free(p);
		return -1;
	}
	return 0;
}

void image_plan_align(struct image_plan *p)
{
	if (p->set.fixed)
		map_set(&p->used, 0, p->used.size, MAP_DONE);
	map_align_done(&p->used, p->granule);
}

void image_plan_free(struct image_plan *p)
{
	if (p->ops && p->ops->release)
		p->ops->release(p);
	else
		free(p->state);
	map_free(&p->used);
	*p = (struct image_plan){ 0 };
}
