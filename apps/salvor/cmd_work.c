// SPDX-License-Identifier: GPL-2.0-or-later
// salvor work: the work disk by hand: for repairs that no step knows.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "repair/repair.h"
#include "salvor/commit.h"
#include "salvor/target.h"

struct settings {
	const char *store, *undo, *map;
};

static const struct opt opts[] = {
	{ "store", OPT_TEXT, offsetof(struct settings, store), "DEST", NULL,
	  "open: keep the changes in this new file, not in RAM: /path/name, label:NAME/path" },
	{ "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
	  "status: write the changed sectors there, as a mapfile" },
	{ "undo", OPT_TEXT, offsetof(struct settings, undo), "DEST", NULL,
	  "commit: where the undo file goes: /path/name, label:NAME/path" },
	{ 0 }
};

static void tell(struct job *j, const struct work *w)
{
	struct json json;

	json_begin(&json, &j->fields);
	json_text(&json, "source", w->source.path);
	json_text(&json, "dest", w->disk.path);
	buf_printf(&j->text,
		   "Work disk  %s\nStands for %s  %s  s/n %s  %s\nChanges in %s, room for %s\n",
		   w->disk.path, w->source.path, w->source.model, w->source.serial,
		   size_show(w->source.size).s, w->store_in_ram ? "memory" : w->store,
		   size_show(w->store_size).s);
	if (w->in_repair)
		buf_puts(&j->text,
			 "A REPAIR WAS BEGUN AND NOT FINISHED: repair again, or discard\n");
	if (w->commit[0])
		buf_printf(&j->text, "A COMMIT WAS BEGUN AND NOT FINISHED; undo file: %s\n",
			   w->commit);
}

static int open_it(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct store_place store;
	char path[256];
	struct work w;
	int rc;

	if (j->n_args != 2)
		return err_usage(e, "work open: name the disk");
	if (repair_disk(j->args[1], false, path, sizeof path, ui, e))
		return -1;
	if (j->plan) {
		buf_printf(&j->text, "A work disk would be opened over %s.\n", path);
		return 0;
	}
	if (store_place_begin(&store, s->store, path, ui, e))
		return -1;
	rc = work_open(&w, path, &store.store, ui, e);
	store_place_end(&store);
	if (rc)
		return -1;
	tell(j, &w);
	return 0;
}

static void tell_changes(struct job *j, const struct map *m)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	buf_printf(&j->text, "%llu sectors differ from the real disk\n\n",
		   (unsigned long long)(map_count(m, MAP_DONE) / 512));
	if (f && !map_write(m, f, "+ changed on the work disk", NULL) && !fflush(f))
		buf_puts(&j->text, text);
	if (f)
		fclose(f);
	free(text);
}

static int status(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct map m MAP_AUTO = { 0 };
	uint64_t used, size;
	struct json json;
	struct work w;
	int rc = work_get(&w, e);

	if (rc < 0)
		return -1;
	if (!rc) {
		buf_puts(&j->text, "No work disk is open.\n");
		return 0;
	}
	tell(j, &w);
	if (work_usage(&w, &used, &size, e) || work_changes(&w, &m, ui, e) ||
	    (s->map && map_save(&m, s->map, "+ changed on the work disk", e)))
		return -1;
	buf_puts(&j->fields, ", ");
	json_begin(&json, &j->fields);
	json_number(&json, "sectors_changed", map_count(&m, MAP_DONE) / 512);
	json_number(&json, "store_used", used);
	json_number(&json, "store_size", size);
	buf_printf(&j->text, "Store      %s of %s used\n", size_show(used).s, size_show(size).s);
	tell_changes(j, &m);
	return 0;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	const char *what = j->args[0];

	if (strcmp(what, "open") && j->n_args > 1)
		return err_usage(e, "work %s: too many arguments", what);
	if (!strcmp(what, "open"))
		return open_it(j, ui, e);
	if (!strcmp(what, "status"))
		return status(j, ui, e);
	if (!strcmp(what, "discard"))
		return work_discard(ui, e);
	if (strcmp(what, "commit"))
		return err_usage(e, "work %s: it can open, status, commit, discard", what);
	if (!s->undo)
		return err_usage(
			e, "work commit: needs --undo DEST: where the old contents of what is "
			   "overwritten shall go");
	return j->plan ? status(j, ui, e) : commit_work(j, s->undo, ui, e);
}

const struct cmd cmd_work = {
	.name = "work",
	.args_help = "open DISK | status | commit | discard",
	.help = "an overlay over a disk, to try changes on",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 2,
	.run = run,
};
