// SPDX-License-Identifier: GPL-2.0-or-later
// salvor lost: which files of a copy are damaged, asked of the copy and its map alone.
#include "base/size.h"
#include "salvor/lost_report.h"
#include "salvor/opened.h"
#include "salvor/outcome.h"

struct settings {
	const char *map;
};

static const struct opt opts[] = { { "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
				     "the map of the copy, where it is not IMAGE.map" },
				   { 0 } };

static int find(struct opened *o, struct lost *l, struct ui *ui, struct err *e)
{
	struct map have MAP_AUTO = { 0 };
	struct src *disk SRC_AUTO = NULL;

	if (!o->copied.size)
		return err_usage(e,
				 "%s.map: there is no such map, and nothing else tells what "
				 "could not be read: --map FILE",
				 o->shown);
	if (opened_look(o, e))
		return -1;
	// Some formats round the size of a disk up.
	if (o->guest->size < o->copied.size)
		return err_usage(
			e, "%s.map: belongs to another copy: it is about %llu bytes, %s has %llu",
			o->shown, (unsigned long long)o->copied.size, o->file.path,
			(unsigned long long)o->guest->size);
	disk = src_window(o->guest, 0, o->copied.size, o->guest->name);
	// What a finished copy did not try was not wanted; one that was stopped lacks it.
	if (o->copied.status == '+')
		lost_have(&have, &o->copied, &o->copied);
	else
		map_copy(&have, &o->copied);
	lost_find(l, disk, &have, ui);
	return ui_cancelled(ui) ? err_stopped(e) : 0;
}

static void tell(struct job *j, const struct opened *o, const struct lost *l)
{
	struct outcome outcome = { .dest = j->args[0], .total = o->copied.size };

	outcome.used = map_count(&o->copied, MAP_DONE);
	outcome.unreadable = l->missing;
	j->lossy = l->missing > lost_sums(l).free;
	outcome_fields(&outcome, j);
	lost_fields(l, j);
	if (l->missing)
		lost_tell(l, NULL, &j->text);
	else
		buf_puts(&j->text, "nothing is missing\n");
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct opened o = { 0 };
	struct lost l = { 0 };
	int rc = opened_begin(&o, j->args[0], s->map, &j->login, ui, e);

	if (!rc && j->plan)
		buf_printf(&j->text, "would look which files of %s are damaged\n", o.file.path);
	else if (!rc)
		rc = find(&o, &l, ui, e);
	if (!rc && !j->plan)
		tell(j, &o, &l);
	lost_free(&l);
	opened_end(&o);
	return rc;
}

const struct cmd cmd_lost = {
	.name = "lost",
	.args_help = "IMAGE",
	.help = "name the files of a copy that could not be read",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 1,
	.logs_in = true,
	.run = run,
};
