// SPDX-License-Identifier: GPL-2.0-or-later
// salvor repair: rehearsed on the work disk; carried over to the real one only with --commit.
#include <stdio.h>
#include <string.h>

#include "repair/repair.h"
#include "salvor/commit.h"
#include "salvor/target.h"

struct settings {
	struct repair_options o;
	const char *store, *undo;
	bool commit;
};

static const struct opt opts[] = {
	{ "steps", OPT_TEXT, offsetof(struct settings, o.steps), "A,B,...", NULL,
	  "only these of the steps below" },
	{ "full-check", OPT_BOOL, offsetof(struct settings, o.full_check), NULL, NULL,
	  "fsck: every ext file system whole, also the clean ones" },
	{ "dev-from", OPT_TEXT, offsetof(struct settings, o.dev_from), "WHERE", NULL,
	  "devnodes: copy the nodes of a root folder or cpio archive" },
	{ "store", OPT_TEXT, offsetof(struct settings, store), "DEST", NULL,
	  "keep the work disk's changes in this new file, not in RAM: /path/name, "
	  "label:NAME/path" },
	{ "commit", OPT_BOOL, offsetof(struct settings, commit), NULL, NULL,
	  "then write the result to the disk itself; needs --undo" },
	{ "undo", OPT_TEXT, offsetof(struct settings, undo), "DEST", NULL,
	  "where the undo file goes: /path/name, label:NAME/path" },
	{ 0 }
};

static void show(struct job *j, const struct edits *l, int rc)
{
	struct json w;

	json_begin(&w, &j->fields);
	json_text(&w, "source", j->args[0]);
	json_array(&w, "changes");
	for (unsigned i = 0; i < l->n; i++) {
		json_object(&w, NULL);
		json_text(&w, "step", l->v[i].step);
		json_text(&w, "subject", l->v[i].subject);
		json_text(&w, "text", l->v[i].text);
		json_end_object(&w);
		buf_printf(&j->text, "%-9s %s: %s\n",
			   i && l->v[i].step == l->v[i - 1].step ? "" : l->v[i].step,
			   l->v[i].subject, l->v[i].text);
	}
	json_end_array(&w);
	if (!l->n && !rc)
		buf_puts(&j->text, "Nothing needs to be repaired.\n");
}

static int plan(struct job *j, const struct settings *s, struct ui *ui, struct err *e)
{
	struct edits l = { 0 };
	int rc = repair_plan(j->args[0], &s->o, &l, ui, e);

	show(j, &l, rc);
	edits_free(&l);
	return rc;
}

// How much would be written, and what can be done with it now.
static int sum_up(struct job *j, const struct work *w, bool commits, struct ui *ui, struct err *e)
{
	struct map m MAP_AUTO = { 0 };
	struct json json;

	if (work_changes(w, &m, ui, e))
		return -1;
	buf_puts(&j->fields, ", ");
	json_begin(&json, &j->fields);
	json_text(&json, "dest", w->disk.path);
	json_number(&json, "sectors_changed", map_count(&m, MAP_DONE) / 512);
	buf_printf(&j->text, "%llu sectors of %s (%s s/n %s) are different.\n",
		   (unsigned long long)(map_count(&m, MAP_DONE) / 512), w->source.path,
		   w->source.model, w->source.serial);
	if (!commits)
		buf_printf(&j->text,
			   "It is still untouched; the result is on the work disk %s. Now:\n"
			   "salvor work commit --undo FILE, or salvor work discard.\n",
			   w->disk.path);
	return 0;
}

static int rehearse(struct job *j, struct edits *l, struct work *w, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct repair_options o = s->o;
	struct store_place store;
	char disk[256] = "";
	int rc;

	if ((s->store && repair_disk(j->args[0], false, disk, sizeof disk, ui, e)) ||
	    store_place_begin(&store, s->store, disk, ui, e))
		return -1;
	o.store = &store.store;
	rc = repair_run(j->args[0], &o, l, w, ui, e);
	store_place_end(&store);
	return rc;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct edits l = { 0 };
	struct work w;
	int rc;

	if (s->commit && !s->undo)
		return err_usage(
			e, "repair: --commit needs --undo DEST: where the old contents of what is "
			   "overwritten shall go");
	if (s->undo && !s->commit)
		return err_usage(e, "repair: --undo is for --commit");
	if (j->plan)
		return plan(j, s, ui, e);
	rc = rehearse(j, &l, &w, ui, e);
	show(j, &l, rc);
	edits_free(&l);
	if (rc || !w.disk.path[0])
		return rc;
	if (sum_up(j, &w, s->commit, ui, e))
		return -1;
	return s->commit ? commit_work(j, s->undo, ui, e) : 0;
}

static void more(struct buf *out)
{
	buf_puts(out, "The steps, in their order; what is found in order is left alone:\n");
	repair_steps_text(false, 79, out);
}

const struct cmd cmd_repair = {
	.name = "repair",
	.args_help = "DISK|survivor",
	.help = "make a disk boot on its own, rehearsed on an overlay",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 1,
	.max_args = 1,
	.run = run,
	.more = more,
};
