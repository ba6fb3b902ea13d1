// SPDX-License-Identifier: GPL-2.0-or-later
// salvor image: a disk as the image file of a virtual machine; free blocks are left out.
#include <string.h>

#include "copy/image_target.h"
#include "salvor/transfer.h"

struct settings {
	const char *format;
};

static const struct opt opts[] = {
	{ "format", OPT_TEXT, offsetof(struct settings, format), "NAME", NULL,
	  "qcow2 or raw; without it the suffix of DEST tells, else qcow2" },
	{ 0 }
};

// The format asked for, or the one whose suffix the destination has.
static const struct image_ops *pick(const char *format, const char *dest, struct err *e)
{
	const char *dot = strrchr(dest, '.');

	if (format) {
		const struct image_ops *ops = image_find(format);

		if (!ops)
			err_usage(e, "%s: no such image format", format);
		return ops;
	}
	for (const struct image_ops *const *f = image_formats(); *f; f++)
		if (dot && !strcmp(dot + 1, (*f)->suffix))
			return *f;
	return image_formats()[0];
}

// Room at the destination: raw images have holes where these are possible.
static uint64_t need(const struct transfer *t, const struct image_plan *plan)
{
	return plan->ops == &image_raw && t->target.dest->sparse ? map_count(&plan->used, MAP_DONE)
								 : plan->file_size;
}

static int copy(struct transfer *t, struct image_plan *plan, struct err *e)
{
	struct image_target target;
	int rc;

	// the plan's clusters, not single blocks
	map_free(&t->wanted);
	map_copy(&t->wanted, &plan->used);
	t->target.dest->keep = false; // a stream cannot be gone on with
	if (transfer_open(t, plan->file_size, e))
		return -1;
	image_target_begin(&target, plan, &t->hash.sink);
	rc = plan->ops->begin(plan, &t->hash.sink, e) || transfer_copy(t, &target.target, 0, e) ||
	     plan->ops->finish(plan, &t->hash.sink, e);
	image_target_end(&target);
	return rc ? -1 : transfer_finish(t, "image", e);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	const struct image_ops *ops = pick(s->format, j->args[1], e);
	struct image_settings set;
	struct image_plan plan = { 0 };
	struct map used = { 0 };
	struct transfer t;
	int rc;

	if (!ops)
		return -1;
	rc = transfer_begin(&t, j, ui, ops->suffix, NULL, e) || transfer_wanted(&t, true, e);
	if (!rc) {
		map_copy(&used, &t.wanted);
		set = image_settings(ops);
		rc = image_plan(&plan, ops, &set, t.source.src->size, &used, e);
	}
	if (!rc)
		rc = transfer_check(&t, need(&t, &plan), e);
	if (!rc && !j->plan)
		rc = copy(&t, &plan, e);
	image_plan_free(&plan);
	transfer_end(&t);
	return rc ? -1 : 0;
}

const struct cmd cmd_image = {
	.name = "image",
	.args_help = "SOURCE DEST",
	.help = "make the disk of a virtual machine",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
