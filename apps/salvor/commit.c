// SPDX-License-Identifier: GPL-2.0-or-later
// From "commit" to a changed disk: place of the undo file, question, journal, writing.
#include "salvor/commit.h"

#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "salvor/target.h"
#include "work/work.h"

static int ask(const struct job *j, const struct work *w, bool in_ram, struct ui *ui, struct err *e)
{
	struct map m MAP_AUTO = { 0 };

	if (w->commit[0])
		return job_confirm(
			j, ui, e,
			"The commit to %s (%s, serial number %s) that was begun will be finished.",
			w->source.path, w->source.model, w->source.serial);
	if (work_changes(w, &m, ui, e))
		return -1;
	return job_confirm(
		j, ui, e, "%llu sectors of %s (%s, serial number %s, %s) will be overwritten.%s",
		(unsigned long long)(map_count(&m, MAP_DONE) / 512), w->source.path,
		w->source.model[0] ? w->source.model : "unknown model",
		w->source.serial[0] ? w->source.serial : "unknown", size_show(w->source.size).s,
		in_ram ? " THE UNDO FILE LIES IN MEMORY and is gone when the power is." : "");
}

static int write_it(struct job *j, struct work *w, const char *path, const char *shown,
		    struct ui *ui, struct err *e)
{
	struct json json;
	int place = work_undo_place(w, path, e);

	if (place < 0)
		return -1;
	if (!place)
		ui_say(ui, UI_WARN,
		       "%s: the undo file lies in memory: copy it to another medium before the "
		       "power goes",
		       path);
	if (ask(j, w, !place, ui, e) || work_commit(w, path, ui, e))
		return -1;
	if (j->fields.len)
		buf_puts(&j->fields, ", ");
	json_begin(&json, &j->fields);
	json_text(&json, "committed", w->source.path);
	json_text(&json, "undo", shown);
	buf_printf(&j->text,
		   "%s is written, and was read back and compared. The way back:\n"
		   "salvor undo %s %s\n",
		   w->source.path, shown, w->source.path);
	return 0;
}

// What the operator can type again: a path where the file system is only mounted for the job is
// gone.
static char *shown_name(const char *spec, const char *name, const char *path)
{
	if (strncmp(spec, "label:", 6) && strncmp(spec, "uuid:", 5))
		return mem_dup(path);
	return mem_printf("%s%s", spec, spec[strlen(spec) - 1] == '/' ? name : "");
}

int commit_work(struct job *j, const char *undo_spec, struct ui *ui, struct err *e)
{
	struct source source;
	struct target t;
	struct work w;
	char name[80];
	int rc = work_get(&w, e);

	if (rc <= 0)
		return rc < 0 ? -1 : err_usage(e, "commit: no work disk is open");
	if (source_open(&source, w.source.path, ui, e)) {
		source_close(&source);
		return -1;
	}
	snprintf(name, sizeof name, "%s.undo",
		 w.source.serial[0] ? w.source.serial : w.source.name);
	rc = target_make(&t, undo_spec, name, &source, NULL, ui, e);
	if (!rc && (!t.dest->beside[0] || t.dest->far))
		rc = err_usage(e,
			       "%s: the undo file must be a file on another medium of this "
			       "machine",
			       undo_spec);
	if (!rc) {
		char *shown STR_AUTO = shown_name(undo_spec, name, t.dest->beside);

		rc = write_it(j, &w, t.dest->beside, shown, ui, e);
	}
	target_free(&t);
	source_close(&source);
	return rc;
}
