// SPDX-License-Identifier: GPL-2.0-or-later
// salvor restore: a backup or an image back onto a whole disk, then read back and compared.
#include <string.h>

#include "base/size.h"
#include "copy/compare.h"
#include "copy/copy.h"
#include "image/image.h"
#include "salvor/outcome.h"
#include "salvor/target.h"

struct restore {
	struct job *job;
	struct ui *ui;
	struct image_file file;
	struct source image; // the file, for the guards
	struct src *raw, *guest;
	struct target target;
	struct outcome outcome;
};

static int prepare(struct restore *r, struct err *e)
{
	const char *const *args = r->job->args;
	const struct image_ops *format;
	struct dest *d;

	if (image_file_find(&r->file, args[0], NULL, r->ui, e) ||
	    src_open(&r->raw, r->file.path, e) || image_open(r->raw, &r->guest, &format, e))
		return -1;
	str_copy(r->image.path, sizeof r->image.path, r->file.path);
	str_copy(r->image.real, sizeof r->image.real, r->file.path);
	r->image.is_file = true;
	if (target_make(&r->target, args[1], "", &r->image, r->ui, e))
		return -1;
	if (!r->target.disk.path[0])
		return err_usage(e, "%s: is no disk: restore writes onto whole disks", args[1]);
	d = r->target.dest;
	r->outcome = (struct outcome){ .source = r->file.path,
				       .dest = args[1],
				       .total = r->guest->size,
				       .used = r->guest->size };
	outcome_fields(&r->outcome, r->job);
	buf_printf(&r->job->text,
		   "Image        %s (%s)\nDisk in it   %s\nDestination  %s\n             %s\n",
		   r->file.path, format->name, size_show(r->guest->size).s, args[1],
		   r->target.identity);
	if (d->ops->check(d, r->guest->size, e))
		return -1;
	return r->job->plan ? 0 : target_confirm(&r->target, r->job->yes, e);
}

static int write_disk(struct restore *r, struct err *e)
{
	struct dest *d = r->target.dest;
	struct map all MAP_AUTO = { 0 };
	struct copy copy = { .src = r->guest, .wanted = &all, .ui = r->ui };
	struct copy_plain plain;
	int rc;

	if (d->ops->open(d, r->guest->size, e))
		return -1;
	map_init(&all, r->guest->size, MAP_DONE);
	map_init(&copy.map, r->guest->size, MAP_TODO);
	copy_plain_begin(&plain, &d->sink, r->guest->size);
	copy.target = &plain.target;
	rc = copy_run(&copy, e) || d->ops->close(d, e);
	r->outcome.copied = copy_done(&copy);
	r->outcome.unreadable = copy_unreadable(&copy);
	r->job->lossy = r->outcome.unreadable != 0;
	map_free(&copy.map);
	if (rc) {
		d->ops->abort(d);
		return -1;
	}
	return 0;
}

static int check_disk(struct restore *r, struct err *e)
{
	struct src *disk SRC_AUTO = NULL;
	struct map all MAP_AUTO = { 0 };
	struct comparison c;

	map_init(&all, r->guest->size, MAP_DONE);
	if (src_open(&disk, r->target.disk.path, e) ||
	    compare_run(&c, disk, r->guest, &all, r->ui, e))
		return -1;
	if (c.differs)
		return err_set(
			e, 0,
			"%s: does not hold what was written: %llu bytes differ: do not trust "
			"this disk",
			r->target.disk.path, (unsigned long long)c.differs);
	return 0;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct restore r = { .job = j, .ui = ui };
	int rc = prepare(&r, e);

	if (!rc && !j->plan) {
		rc = write_disk(&r, e) || check_disk(&r, e);
		outcome_fields(&r.outcome, j);
		if (!rc) {
			buf_clear(&j->text);
			buf_printf(&j->text, "%s is on %s, and was read back and compared\n",
				   r.file.path, r.target.disk.path);
		}
		if (j->lossy)
			ui_say(ui, UI_WARN,
			       "%s: %llu BYTES COULD NOT BE READ: the disk holds zeros there",
			       r.file.path, (unsigned long long)r.outcome.unreadable);
	}
	target_free(&r.target);
	src_close(r.guest);
	src_close(r.raw);
	image_file_release(&r.file);
	return rc ? -1 : 0;
}

const struct cmd cmd_restore = {
	.name = "restore",
	.args_help = "IMAGE DISK",
	.help = "write a backup or an image onto a disk",
	.settings_size = 1,
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
