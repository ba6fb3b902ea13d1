// SPDX-License-Identifier: GPL-2.0-or-later
// salvor restore: a backup or an image back onto a whole disk, then read back and compared. Only
// what the file stores is copied; the rest of the disk in it is cleared.
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "copy/clear_sink.h"
#include "copy/compare.h"
#include "copy/copy.h"
#include "part/fit.h"
#include "salvor/opened.h"
#include "salvor/outcome.h"
#include "salvor/room.h"

// What lies behind the image stays on the disk as it was, but for its end: remains of a GPT or of
// an array would be found there. Has room for the largest backup of a GPT that part_fit makes.
#define TAIL (2 * MIB)

struct settings {
	const char *map;
	bool fit;
};

static const struct opt opts[] = {
	{ "fit", OPT_BOOL, offsetof(struct settings, fit), NULL, NULL,
	  "make the GPT fit the disk: its backup goes to the disk's end" },
	{ "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
	  "the map of the copy, where it is not IMAGE.map" },
	{ 0 }
};

struct restore {
	struct job *job;
	struct ui *ui;
	const struct settings *set;
	struct opened image;
	struct source file; // the image as a source, for the guards
	struct target target;
	struct part_table table; // in the image
	struct src *fitted;	 // what the disk will hold: the image, or as much as fits; with
				 // fit all of the disk
	bool fit;		 // another size than that of the image
	uint64_t edge;		 // bytes of it that are copied or cleared
	struct map stored;	 // of these bytes: MAP_DONE is copied
	struct outcome outcome;
};

// What the disk will hold, and which of it is to be copied.
static int fit(struct restore *r, struct err *e)
{
	struct map stored MAP_AUTO = { 0 }, changed MAP_AUTO = { 0 };
	struct src *guest = r->image.guest;
	uint64_t size = r->target.disk.size;

	if (opened_stored(&r->image, &stored, e) || part_read(guest, &r->table, e) ||
	    room_check(&r->image, &stored, &r->table, &r->target.disk, r->set->fit, e))
		return -1;
	r->edge = guest->size < size ? guest->size : size;
	map_init(&r->stored, r->edge, MAP_TODO);
	map_merge_done(&r->stored, &stored, 0);
	r->fit = r->set->fit && (guest->size != size || r->table.needs > size);
	if (!r->fit) {
		r->fitted = src_window(guest, 0, r->edge, NULL);
		return 0;
	}
	map_init(&changed, size, MAP_TODO);
	if (part_fit(guest, size, &r->fitted, &changed, e))
		return -1;
	map_merge_done(&r->stored, &changed, 0);
	return 0;
}

// What is no reason to stop, but must be known.
static void warn(struct restore *r)
{
	const struct disk *d = &r->target.disk;
	uint64_t missing = map_count(&r->image.copied, MAP_BAD);

	if (r->table.n && r->table.sector != d->sector)
		ui_say(r->ui, UI_WARN,
		       "%s: its sectors have %u bytes, those of the disk in %s have %u: no system "
		       "will find the partitions",
		       d->path, d->sector, r->image.file.path, r->table.sector);
	if (!strcmp(r->table.kind, "gpt") && r->image.guest->size < d->size && !r->fit)
		ui_say(r->ui, UI_WARN,
		       "%s: is larger than the disk in %s: --fit moves the backup of the GPT to "
		       "its end",
		       d->path, r->image.file.path);
	if (missing)
		ui_say(r->ui, UI_WARN,
		       "%s: %llu BYTES COULD NOT BE READ when it was made: it holds zeros "
		       "there (%s.map)",
		       r->image.file.path, (unsigned long long)missing, r->image.shown);
}

static void tell_plan(struct restore *r)
{
	const char *disk = r->job->args[1];
	uint64_t copied = map_count(&r->stored, MAP_DONE);

	r->outcome = (struct outcome){ .source = r->image.file.path,
				       .dest = disk,
				       .total = r->image.guest->size,
				       .used = copied };
	outcome_fields(&r->outcome, r->job);
	buf_printf(&r->job->text,
		   "Image        %s (%s)\nDisk in it   %s, of which %s are stored\nDestination  "
		   "%s\n             %s\n",
		   r->image.file.path, r->image.format->name, size_show(r->image.guest->size).s,
		   size_show(copied).s, disk, r->target.identity);
	if (r->fit)
		buf_printf(&r->job->text, "Fitted       to %llu bytes\n",
			   (unsigned long long)r->fitted->size);
}

static int prepare(struct restore *r, struct err *e)
{
	const char *const *args = r->job->args;
	struct dest *d;

	if (opened_begin(&r->image, args[0], r->set->map, &r->job->login, r->ui, e) ||
	    opened_look(&r->image, e))
		return -1;
	str_copy(r->file.path, sizeof r->file.path, r->image.file.real);
	str_copy(r->file.real, sizeof r->file.real, r->image.file.real);
	r->file.is_file = true;
	if (target_make(&r->target, args[1], "", r->image.file.far ? NULL : &r->file,
			&r->job->login, r->ui, e))
		return -1;
	if (!r->target.disk.path[0])
		return err_usage(e, "%s: is no disk: restore writes onto whole disks", args[1]);
	if (fit(r, e))
		return -1;
	tell_plan(r);
	warn(r);
	d = r->target.dest;
	if (d->ops->check(d, r->fitted->size, e))
		return -1;
	return r->job->plan ? 0 : target_confirm(&r->target, r->job->yes, e);
}

// Between the edge and the end of the disk.
static uint64_t tail(const struct restore *r)
{
	uint64_t behind = r->target.disk.size - r->edge;

	return behind < TAIL ? behind : TAIL;
}

static int write_tail(struct restore *r, struct err *e)
{
	uint64_t size = r->target.disk.size, len = tail(r);
	struct dest *d = r->target.dest;
	uint8_t *data;
	int rc = 0;

	if (!len)
		return 0;
	data = mem_zero(1, (size_t)len);
	if (r->fit)
		rc = src_read(r->fitted, size - len, data, (size_t)len, e);
	rc = rc || sink_jump(&d->sink, size - len, e) || sink_write(&d->sink, data, (size_t)len, e);
	free(data);
	return rc ? -1 : 0;
}

static int write_disk(struct restore *r, struct err *e)
{
	struct dest *d = r->target.dest;
	struct copy copy = { .src = r->fitted, .wanted = &r->stored };
	struct copy_plain plain;
	struct clear_sink clear;
	int rc;

	if (d->ops->open(d, r->fitted->size, e))
		return -1;
	map_init(&copy.map, r->edge, MAP_TODO);
	clear_sink_begin(&clear, &d->sink, r->edge, r->ui);
	copy_plain_begin(&plain, &clear.sink, r->edge, false);
	copy.target = &plain.target;
	copy.ui = &clear.shown;
	rc = copy_run(&copy, e) || copy_plain_end(&plain, &copy.map, e) || write_tail(r, e) ||
	     d->ops->close(d, "", e);
	r->outcome.copied = copy_done(&copy);
	r->outcome.unreadable = copy_unreadable(&copy);
	map_free(&copy.map);
	if (rc) {
		d->ops->abort(d);
		return -1;
	}
	return 0;
}

// What was written is read back, past the page cache.
static int check_disk(struct restore *r, struct comparison *c, struct err *e)
{
	struct src *disk SRC_AUTO = NULL;
	struct map all MAP_AUTO = { 0 };

	map_init(&all, r->fitted->size, MAP_TODO);
	map_merge_done(&all, &r->stored, 0);
	if (r->fit)
		map_set(&all, r->fitted->size - tail(r), tail(r), MAP_DONE);
	if (src_open_direct(&disk, r->target.disk.path, e) ||
	    compare_run(c, disk, r->fitted, &all, r->ui, e))
		return -1;
	if (c->differs)
		return err_set(
			e, 0,
			"%s: does not hold what was written: %llu bytes differ, the first at "
			"0x%llx: do not trust this disk",
			r->target.disk.path, (unsigned long long)c->differs,
			(unsigned long long)c->first);
	return 0;
}

static int restore(struct restore *r, struct err *e)
{
	uint64_t missing = map_count(&r->image.copied, MAP_BAD);
	struct comparison c = { 0 };
	int rc = write_disk(r, e) || check_disk(r, &c, e);

	if (r->outcome.unreadable)
		ui_say(r->ui, UI_WARN,
		       "%s: %llu BYTES COULD NOT BE READ: the disk holds zeros there",
		       r->image.file.path, (unsigned long long)r->outcome.unreadable);
	r->outcome.unreadable += missing;
	r->job->lossy = r->outcome.unreadable != 0;
	outcome_fields(&r->outcome, r->job);
	if (rc)
		return -1;
	buf_clear(&r->job->text);
	buf_printf(&r->job->text,
		   "%s is on %s\n%s were written, read back and compared; what the image does "
		   "not store was cleared\n",
		   r->image.file.path, r->target.disk.path, size_show(c.same).s);
	return 0;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct restore r = { .job = j, .ui = ui, .set = j->settings };
	int rc = prepare(&r, e);

	if (!rc && !j->plan)
		rc = restore(&r, e);
	target_free(&r.target);
	src_close(r.fitted);
	map_free(&r.stored);
	opened_end(&r.image);
	return rc ? -1 : 0;
}

const struct cmd cmd_restore = {
	.name = "restore",
	.args_help = "IMAGE DISK",
	.help = "write a backup or an image onto a disk",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 2,
	.max_args = 2,
	.logs_in = true,
	.run = run,
};
