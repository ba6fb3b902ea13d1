// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/prepare.h"

#include <string.h>

#include "base/log.h"
#include "repair/onepart/onepart.h"
#include "salvor/target.h"

#define WIDTH 75

static int find(const struct survey *s, const char *spec, bool file, struct err *e)
{
	int index = !strcmp(spec, "survivor") ? survey_survivor(s, e) : survey_disk(s, spec);

	if (index < 0)
		return strcmp(spec, "survivor")
			       ? err_usage(e, "%s: --for: it is no disk of this machine", spec)
			       : -1;
	if (!file && strcmp(spec, "survivor") && strcmp(spec, s->disks[index].disk.path))
		return err_usage(e, "%s: --for: a partition does not start: name the disk, %s",
				 spec, s->disks[index].disk.path);
	return index;
}

static void tell_warnings(const struct prepared *p, struct ui *ui)
{
	for (unsigned i = 0; i < p->verdict.n; i++)
		if (p->verdict.v[i].level == VERDICT_WARN)
			ui_say(ui, UI_WARN, "%s: %s", p->verdict.v[i].question,
			       p->verdict.v[i].text);
}

// Nothing has been begun yet, whatever it says.
static int judge(struct prepared *p, struct job *j, bool file, struct ui *ui, struct err *e)
{
	const char *const paths[] = { j->args[0] };
	const struct verdict_line *why;
	struct survey s;
	struct json w;
	int index;

	if (survey_make_whole(&s, paths, file ? 1 : 0, ui, e))
		return -1;
	index = find(&s, j->args[0], file, e);
	if (index >= 0) {
		p->disk = s.disks[index].disk;
		verdict_make(&p->verdict, &s, index, p->hyper);
	}
	survey_free(&s);
	if (index < 0)
		return -1;
	str_copy(p->source, sizeof p->source, p->disk.path);
	why = verdict_reason(&p->verdict);
	if (p->verdict.worst < VERDICT_STOP || !why) {
		if (!j->plan)
			tell_warnings(p, ui);
		return 0;
	}
	json_begin(&w, &j->fields);
	json_text(&w, "source", p->disk.path);
	verdict_json(&p->verdict, &w, "verdict");
	prepare_tell(p, &j->text);
	return err_usage(e, "%s: it would not start on %s: %s: %s. Nothing was copied",
			 p->disk.path, p->hyper->title, why->question, why->text);
}

static int check_open(const struct prepared *p, struct err *e)
{
	struct work w;
	int rc = work_get(&w, e);

	if (rc <= 0)
		return rc;
	return err_usage(e,
			 "%s: it is changed on a work disk of its own, and one is open over %s: "
			 "commit or discard that first (salvor work), or make the image of that as "
			 "it is: salvor image work DEST",
			 p->disk.path, w.source.path);
}

static int one_partition(struct prepared *p, const struct work *w, const struct repair_options *r,
			 uint64_t size, struct ui *ui, struct err *e)
{
	struct onepart_disk disk;
	int rc = onepart_run(w, r, size, &p->edits, &disk, ui, e);

	p->data = disk.data;
	str_copy(p->source, sizeof p->source, disk.path);
	return rc;
}

static int change(struct prepared *p, const struct prepare_options *o, struct ui *ui, struct err *e)
{
	struct repair_options r = { .hyper = p->hyper, .image = true };
	struct store_place place;
	struct work w = { 0 };
	int rc;

	if (check_open(p, e) || store_place_begin(&place, o->store, p->disk.path, ui, e))
		return -1;
	r.store = &place.store;
	if (o->one_partition && onepart_check(p->disk.path, o->size, place.store.path, e)) {
		store_place_end(&place);
		return -1;
	}
	p->open = true;
	rc = repair_run(p->disk.path, &r, &p->edits, &w, ui, e);
	if (!rc && o->one_partition && !w.disk.path[0])
		rc = work_open(&w, p->disk.path, &place.store, ui, e);
	store_place_end(&place);
	if (!rc && o->one_partition)
		return one_partition(p, &w, &r, o->size, ui, e);
	if (!rc && w.disk.path[0])
		str_copy(p->source, sizeof p->source, "work");
	return rc;
}

static int plan(struct prepared *p, const struct prepare_options *o, struct ui *ui, struct err *e)
{
	struct repair_options r = { .hyper = p->hyper, .image = true };

	if (repair_plan(p->disk.path, &r, &p->edits, ui, e))
		return -1;
	p->planned_only = o->one_partition;
	return o->one_partition ? onepart_show(p->disk.path, o->size, &p->edits, e) : 0;
}

// An image file is judged, and taken as it is.
static int tell_file(struct prepared *p, struct ui *ui, struct err *e)
{
	if (plan(p, &(struct prepare_options){ 0 }, ui, e))
		return -1;
	if (!p->edits.n)
		return 0;
	ui_say(ui, UI_WARN,
	       "%s: changes are made over disks, not over image files: it is taken as it is, and "
	       "%u changes for %s are missing in it, the first: %s: %s. Restore it to a disk for "
	       "them",
	       p->disk.path, p->edits.n, p->hyper->title, p->edits.v[0].subject,
	       p->edits.v[0].text);
	edits_free(&p->edits);
	return 0;
}

static int check_one_partition(const struct prepared *p, const struct prepare_options *o, bool made,
			       struct err *e)
{
	if (o->size && !o->one_partition)
		return err_usage(e, "--size: it is that of the disk --one-partition makes");
	if (!o->one_partition || !made)
		return 0;
	return err_usage(e,
			 "%s: --one-partition: it is put together over a disk, not over an image "
			 "file (that can be planned only): restore it to one",
			 p->source);
}

// The disk for a target that changes nothing by itself.
static int find_plain(struct prepared *p, struct job *j, struct ui *ui, struct err *e)
{
	if (repair_disk(j->args[0], true, p->source, sizeof p->source, ui, e) ||
	    disk_of_path(&p->disk, p->source, e))
		return -1;
	return 0;
}

static int as_it_is(struct prepared *p, const struct prepare_options *o, struct ui *ui,
		    struct err *e)
{
	if (o->one_partition)
		return err_usage(e, "work: --one-partition makes a work disk of its own: discard "
				    "this one (salvor work discard) and name the disk itself");
	ui_say(ui, UI_WARN,
	       "the work disk is taken as it is: what %s needs besides the repair is not in it. "
	       "salvor work discard, then name the disk itself, for that",
	       p->hyper->title);
	p->hyper = NULL;
	return 0;
}

int prepare(struct prepared *p, struct job *j, const struct prepare_options *o, struct ui *ui,
	    struct err *e)
{
	bool none = !o->target || !strcmp(o->target, "none"), file;
	struct disk d;

	*p = (struct prepared){ 0 };
	p->hyper = none ? NULL : hyper_find(o->target);
	if (!none && !p->hyper)
		return err_usage(e, "--for %s: no such target", o->target);
	file = strcmp(j->args[0], "survivor") && strcmp(j->args[0], "work") &&
	       !disk_of_path(&d, j->args[0], NULL) && !d.major;
	str_copy(p->source, sizeof p->source, j->args[0]);
	if (check_one_partition(p, o, file && !j->plan, e))
		return -1;
	if (none && !o->one_partition)
		return 0;
	if (!strcmp(j->args[0], "work"))
		return as_it_is(p, o, ui, e);
	if (none ? find_plain(p, j, ui, e) : judge(p, j, file, ui, e))
		return -1;
	p->changes = true;
	if (j->plan)
		return plan(p, o, ui, e);
	return file ? tell_file(p, ui, e) : change(p, o, ui, e);
}

void prepare_tell(const struct prepared *p, struct buf *out)
{
	if (p->hyper) {
		buf_printf(out, "\nAs a virtual machine of %s:\n", p->hyper->title);
		verdict_text(&p->verdict, WIDTH, out);
	}
	if (p->planned_only)
		buf_puts(out, "\nThe figures above are those of the disk as it is, not of the new "
			      "one.\n");
	if (p->edits.n)
		buf_puts(out, "\nChanged in the image, never on the disk:\n");
	for (unsigned i = 0; i < p->edits.n; i++)
		buf_printf(out, "%-9s %s: %s\n",
			   i && !strcmp(p->edits.v[i].step, p->edits.v[i - 1].step)
				   ? ""
				   : p->edits.v[i].step,
			   p->edits.v[i].subject, p->edits.v[i].text);
}

const char *prepare_why(const char *step)
{
	return strcmp(step, ONEPART_STEP) ? repair_step_why(step)
					  : "--one-partition: all that the system mounts lies in "
					    "one file system of a new disk";
}

void prepare_end(struct prepared *p, struct ui *ui)
{
	struct err e;

	if (p->open && work_discard(ui, &e))
		ui_say(ui, UI_WARN, "%s", e.text);
	edits_free(&p->edits);
	map_free(&p->data);
}
