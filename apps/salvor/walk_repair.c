// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way through a repair: rehearse it on the work disk, look at what would change,
// write it, or take it back.
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "repair/repair.h"
#include "salvor/face.h"
#include "work/work.h"

static const char title[] = "Repair";
// F1, the same on all screens.
static const char *help(void)
{
	static struct buf text;

	if (text.len)
		return buf_str(&text);
	buf_puts(&text,
		 "The repair is rehearsed on a copy-on-write overlay: programs see an ordinary "
		 "disk, but every change goes to memory (or to a file, where memory is not "
		 "enough) and the real disk stays as it is.\n\n");
	repair_steps_text(false, 74, &text);
	buf_puts(&text,
		 "\nWhat is found in order is left alone. Only \"Write\" changes the real disk, "
		 "after the old contents of every changed sector are in the undo file.");
	return buf_str(&text);
}

static const char intro_rehearse[] =
	"The repair will be tried on an overlay of the surviving disk: partitions, file systems, "
	"/dev, fstab and GRUB are put right there.\n"
	"The disk itself is not written to, so you can look at the result, throw it away and try "
	"again as often as you like.";
static const char intro_commit[] =
	"The rehearsed repair will be written to the real disk, after the old contents of every "
	"changed sector have been saved in an undo file.\n"
	"Put the undo file on another disk (USB): with it the repair can be taken back sector for "
	"sector.";
static const char intro_undo[] =
	"An undo file that Salvor wrote before a repair will be put back, sector for sector.\n"
	"Do this when the repaired disk behaves worse than before, or to return it to its first "
	"state after a copy was made.";

static struct job failed_job(const struct err *e)
{
	return (struct job){ .cmd = cmd_find("work"), .status = (int)e->kind, .err = *e };
}

static int run_work(struct face *f, struct job *j, const char *screen, const char *verb,
		    const char *undo)
{
	struct err e;

	if (job_begin(j, cmd_find("work"), &e) || job_arg(j, verb, &e) ||
	    (undo && job_set(j, "undo", undo, &e))) {
		job_end(j);
		*j = failed_job(&e);
		return j->status;
	}
	j->yes = true;
	return face_job(f, screen, j);
}

// store: where the changes are kept, NULL: in memory
static int run_repair(struct face *f, struct job *j, const char *disk, bool plan, const char *store)
{
	struct err e;

	if (job_begin(j, cmd_find("repair"), &e) || job_arg(j, disk, &e) ||
	    (store && job_set(j, "store", store, &e))) {
		job_end(j);
		*j = failed_job(&e);
		return j->status;
	}
	j->plan = plan;
	j->yes = true;
	return face_job(
		f, plan ? "Looking for what a repair would change" : "Rehearsing the repair", j);
}

// Was memory the reason?
static bool memory_full(const struct job *j)
{
	uint64_t used, size;
	struct work w;

	if (j->err.num == ENOMEM)
		return true;
	return work_get(&w, NULL) > 0 && w.store_in_ram && work_usage(&w, &used, &size, NULL);
}

// The changes did not fit into memory: once more, with a file on a USB disk.
static void rehearse_on_usb(struct face *f, struct job *j, const struct disk *disk)
{
	char spec[512], name[96];
	struct job closing;
	int status;

	if (!box_ask(&f->env, "Not enough memory",
		     "The changes did not fit into this machine's memory. They can be kept in a "
		     "file on a USB disk instead; the surviving disk stays untouched.",
		     "Use a USB disk", "Stop"))
		return;
	face_name(disk, "changes", name, sizeof name);
	if (!face_place(f, "Rehearse the repair", "Where shall the changes be kept?", disk, 0, name,
			spec, sizeof spec))
		return;
	status = run_work(f, &closing, "Closing the work disk", "discard", NULL);
	if (status)
		face_result(f, title, &closing);
	job_end(&closing);
	if (status)
		return;
	job_end(j);
	run_repair(f, j, disk->path, false, spec);
}

bool walk_rehearse(struct face *f)
{
	int source = face_source(f);
	struct job j;
	bool go;

	if (source < 0 || !face_intro(f, "Rehearse the repair", intro_rehearse, help()))
		return false;
	const struct disk disk = f->survey.disks[source].disk;

	run_repair(f, &j, disk.path, true, NULL);
	go = face_plan(f, "The plan", &j, "Rehearse", help());
	job_end(&j);
	if (!go)
		return false;
	if (run_repair(f, &j, disk.path, false, NULL) && memory_full(&j))
		rehearse_on_usb(f, &j, &disk);
	go = face_result(f, "What the rehearsal did", &j);
	job_end(&j);
	return go;
}

enum { ANSWER_WRITE = BOX_USER, ANSWER_DISCARD };

// What would be written, from the open work disk. Write is neither the first nor the preset button.
static int review(struct face *f, const struct work *w)
{
	static const struct box_button buttons[] = { { "Back", BOX_CANCEL },
						     { "Throw away", ANSWER_DISCARD },
						     { "Write", ANSWER_WRITE },
						     { NULL, 0 } };
	char *name STR_AUTO = mem_printf("This is what would change on %s", w->source.path);
	struct job j;
	int answer = BOX_CANCEL;

	if (run_work(f, &j, "Comparing the work disk with the real one", "status", NULL))
		face_result(f, name, &j);
	else
		answer = face_text(f, name, buf_str(&j.text), buttons, help());
	job_end(&j);
	return answer;
}

static bool discard(struct face *f, const struct work *w)
{
	char *question STR_AUTO =
		w->commit[0] ? mem_printf("Writing to %s was begun and not finished: the disk is "
					  "half changed. Forget the rehearsal "
					  "only when you will undo with %s.",
					  w->source.path, w->commit)
			     : mem_dup("Forget the rehearsed repair? The real disk is untouched "
				       "and stays as it is.");
	struct job j;
	bool done;

	if (!box_ask(&f->env, "Throw away?", question, "Throw away", "Keep"))
		return false;
	done = run_work(f, &j, "Closing the work disk", "discard", NULL) == 0;
	if (!done)
		face_result(f, title, &j);
	job_end(&j);
	return done;
}

static bool commit(struct face *f, const struct work *w)
{
	char spec[512], name[96];
	struct job j;
	bool done;

	if (!face_intro(f, "Write the repair to the disk", intro_commit, help()))
		return false;
	face_name(&w->source, "undo", name, sizeof name);
	if (!face_place(f, "Write the repair", "Where shall the undo file go?", &w->source, 0, name,
			spec, sizeof spec))
		return false;
	if (!face_confirm(f, "Write the repair", &w->source,
			  "The repair will now be written to this disk:"))
		return false;
	run_work(f, &j, "Writing the repair", "commit", spec);
	done = face_result(f, "Write the repair", &j);
	job_end(&j);
	if (done) {
		guide_done(f, "commit", spec);
		face_survey(f);
	}
	return done;
}

bool walk_commit(struct face *f)
{
	struct work w;
	struct err e;
	int open = work_get(&w, &e);

	if ((!open || (open > 0 && w.in_repair)) && walk_rehearse(f))
		open = work_get(&w, &e);
	if (open < 0)
		box_error(&f->env, &e);
	if (open <= 0)
		return false;
	switch (review(f, &w)) {
	case ANSWER_WRITE: return commit(f, &w);
	case ANSWER_DISCARD: discard(f, &w); return false;
	default: return false;
	}
}

bool walk_undo(struct face *f)
{
	char spec[512], name[96];
	int source = face_source(f);
	struct err e;
	struct job j;
	bool done;

	if (source < 0 || !face_intro(f, "Undo a repair", intro_undo, help()))
		return false;
	const struct disk disk = f->survey.disks[source].disk;

	face_name(&disk, "undo", name, sizeof name);
	if (!face_place(f, "Undo a repair", "Where does the undo file lie?", &disk, false, name,
			spec, sizeof spec) ||
	    !face_confirm(f, "Undo a repair", &disk,
			  "The old sectors will be put back on this disk:"))
		return false;
	if (job_begin(&j, cmd_find("undo"), &e) || job_arg(&j, spec, &e) ||
	    job_arg(&j, disk.path, &e)) {
		job_end(&j);
		j = failed_job(&e);
	} else {
		j.yes = true;
		face_job(f, "Undoing the repair", &j);
	}
	done = face_result(f, "Undo a repair", &j);
	job_end(&j);
	if (done)
		face_survey(f);
	return done;
}
