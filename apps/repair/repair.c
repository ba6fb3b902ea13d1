// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the steps: look, change the disk, change the files, look again.
#include "repair/repair.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/paragraph.h"
#include "repair/file.h"
#include "repair/steps/step.h"

static const struct step_ops *const steps[] = {
#define X(n) &step_##n,
#include "repair/steps/list.h"
#undef X
#define X(n) &fixup_##n,
#include "repair/fixup/list.h"
#undef X
};
#define STEPS (sizeof steps / sizeof *steps)

// How many of them a repair has; those of fixup/ come behind.
enum {
	OWN = 0
#define X(n) +1
#include "repair/steps/list.h"
#undef X
};

const char *repair_step_why(const char *step)
{
	for (size_t i = 0; i < STEPS; i++)
		if (!strcmp(steps[i]->name, step))
			return steps[i]->why;
	return NULL;
}

void repair_steps_text(bool fixup, size_t width, struct buf *out)
{
	for (size_t i = fixup ? OWN : 0; i < (fixup ? STEPS : OWN); i++) {
		char *first STR_AUTO = mem_printf("  %-12s", steps[i]->name);

		paragraph(out, first, "              ", steps[i]->help, width);
	}
}

int step_read(struct repair *r, const char *path, struct buf *out, bool *there, struct err *e)
{
	struct err why;
	int rc = r->root ? file_read(r->root->fd, path, out, &why)
			 : patient_read(&r->now, path, out, &why);

	*there = !rc;
	if (rc && why.num != ENOENT && why.num != ENOTDIR) {
		*e = why;
		return -1;
	}
	return 0;
}

int step_list(struct repair *r, const char *path,
	      int (*each)(void *arg, const char *name, unsigned type), void *arg, struct err *e)
{
	const char *rest;
	struct err why;
	struct fs *fs = patient_fs(&r->now, path, &rest, e);

	if (!fs)
		return -1;
	if (!fs_list(fs, rest, each, arg, &why) || why.num == ENOENT || why.num == ENOTDIR)
		return 0;
	*e = why;
	return -1;
}

int step_write(struct repair *r, const char *path, const struct buf *text, struct err *e)
{
	return r->root ? file_replace(r->root->fd, path, buf_str(text), text->len, e) : 0;
}

int step_look_again(struct repair *r, struct err *e)
{
	char *path STR_AUTO = mem_dup(r->now.disk->disk.path);
	int fd FD_AUTO = open(path, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		return err_set(e, errno, "%s: open", path);
	if (fsync(fd) || ioctl(fd, BLKFLSBUF))
		return err_set(e, errno, "%s: flush", path);
	if (ioctl(fd, BLKRRPART))
		return err_set(e, errno, "%s: read the partition table again", path);
	patient_close(&r->now);
	return patient_open(&r->now, path, NULL, e);
}

// Which steps the operator wants, bit by bit.
static int wanted_steps(const char *text, const struct hyper *hyper, unsigned *set, struct err *e)
{
	char *copy STR_AUTO = mem_dup(text ? text : ""), *rest = copy, *word;

	*set = text ? 0 : (1u << (hyper ? STEPS : OWN)) - 1;
	while (text && (word = strsep(&rest, ","))) {
		size_t i = 0;

		while (i < OWN && strcmp(steps[i]->name, word))
			i++;
		if (i == OWN) {
			struct buf known BUF_AUTO = { 0 };

			for (i = 0; i < OWN; i++)
				buf_printf(&known, "%s%s", i ? ", " : "", steps[i]->name);
			return err_usage(e, "%s: no such repair step; there are %s", word,
					 buf_str(&known));
		}
		*set |= 1u << i;
	}
	return 0;
}

// --- which disk

static int check_role(const struct survey *s, int i, bool image, struct err *e)
{
	const struct s_disk *d = &s->disks[i];

	if (d->trouble[0] && !d->n)
		return err_set(e, 0, "%s: it cannot be read: %s", d->disk.path, d->trouble);
	switch (d->role) {
	case ROLE_STALE:
		return err_usage(e,
				 "%s: it is a stale half: its mirror went on without it on another "
				 "disk, which has the newer data. Repair that one",
				 d->disk.path);
	case ROLE_MEDIUM:
		return err_usage(e, "%s: it is the medium this system was started from",
				 d->disk.path);
	case ROLE_EMPTY: return err_usage(e, "%s: it is empty", d->disk.path);
	case ROLE_MEMBER:
		if (image) // alone it will be where the image goes
			return 0;
		return err_usage(e,
				 "%s: its mirror is whole, the other half is here too: "
				 "there is nothing to take "
				 "apart. Remove one of the two to make the other live alone",
				 d->disk.path);
	default: return 0;
	}
}

static int choose(const struct survey *s, const char *name, bool image, int *index, struct err *e)
{
	struct disk d;

	*index = !strcmp(name, "survivor") ? survey_survivor(s, e) : survey_disk(s, name);
	if (*index >= 0)
		return check_role(s, *index, image, e);
	if (!strcmp(name, "survivor") || disk_of_path(&d, name, e))
		return -1;
	if (d.work)
		return err_usage(e, "%s: it is the work disk; name the disk it stands for", name);
	return err_usage(e, "%s: it is no disk of this machine", name);
}

// The disk's path and, when it is one of the machine's, what else is in the machine.
static int find_disk(struct survey *machine, const char *name, bool image, struct disk *out,
		     struct ui *ui, struct err *e)
{
	const char *const paths[] = { name };
	struct disk d;
	bool file = strcmp(name, "survivor") && !disk_of_path(&d, name, NULL) && !d.major;
	int index;

	if (survey_make(machine, paths, file ? 1 : 0, ui, e))
		return -1;
	if (choose(machine, name, image, &index, e)) {
		survey_free(machine);
		return -1;
	}
	*out = machine->disks[index].disk;
	return 0;
}

int repair_disk(const char *name, bool image, char *path, size_t size, struct ui *ui, struct err *e)
{
	struct survey machine;
	struct disk d;

	if (find_disk(&machine, name, image, &d, ui, e))
		return -1;
	survey_free(&machine);
	str_copy(path, size, d.path);
	return 0;
}

// --- looking

static void end(struct repair *r)
{
	patient_close(&r->now);
	patient_close(&r->first);
	survey_free(r->machine);
}

// look: the disk to look at now, which is r->real or the work disk over it.
static int begin(struct repair *r, const char *look, struct err *e)
{
	struct buf map BUF_AUTO = { 0 };
	struct err ignored;

	if (patient_open(&r->first, r->real.path, r->ui, e) || patient_open(&r->now, look, NULL, e))
		return -1;
	if (patient_read(&r->first, "/boot/grub/device.map", &map, &ignored))
		buf_clear(&map);
	names_find(&r->names, &r->first, &r->real, buf_str(&map));
	if (r->names.label[0]) { // by which the other steps know it already
		struct s_part *root = &r->first.s.disks[0].parts[r->first.sys->part];

		str_copy(root->fs.label, sizeof root->fs.label, r->names.label);
	}
	return 0;
}

// Its files cannot be had on one disk alone.
static int check_devices(const struct repair *r, struct err *e)
{
	const struct s_part *root = r->first.sys ? &r->first.disk->parts[r->first.sys->part] : NULL;

	if (!root || root->fs.devices < 2)
		return 0;
	return err_usage(e,
			 "%s: repair: its system lies on a btrfs of %u devices, which are not "
			 "repaired here. When one is missing, and the data are raid1, it starts "
			 "with rootflags=degraded: there \"btrfs balance start -dconvert=single "
			 "-mconvert=dup /\" and \"btrfs device remove missing /\" make one of it",
			 r->real.path, root->fs.devices);
}

// Asks every wanted step; *todo gets those that have something to do.
static int ask_steps(struct repair *r, unsigned wanted, bool chosen, unsigned *todo, struct err *e)
{
	*todo = 0;
	if (check_devices(r, e))
		return -1;
	for (size_t i = 0; i < STEPS; i++) {
		unsigned before = r->edits->n;

		// the other steps write that label down
		bool must = steps[i] == &step_label && r->names.label[0];

		if (!(wanted & 1u << i) && !must)
			continue;
		if (steps[i]->system && !r->first.sys) {
			if (chosen)
				return err_set(e, 0,
					       "%s: %s: no installed Linux system was found on it",
					       r->real.path, steps[i]->name);
			if (!r->o->hyper) // the verdict has said it
				ui_say(r->ui, UI_WARN,
				       "%s: no installed Linux system was found on it: step %s is "
				       "left out",
				       r->real.path, steps[i]->name);
			continue;
		}
		if (steps[i]->needed(r, e))
			return -1;
		if (r->edits->n > before)
			*todo |= 1u << i;
	}
	return 0;
}

int repair_plan(const char *disk, const struct repair_options *o, struct edits *plan, struct ui *ui,
		struct err *e)
{
	struct survey machine;
	struct repair r = { .o = o, .machine = &machine, .edits = plan, .ui = ui };
	unsigned wanted, todo;
	struct work w;
	int rc;

	if (wanted_steps(o->steps, o->hyper, &wanted, e) ||
	    find_disk(&machine, disk, o->hyper || o->image, &r.real, ui, e))
		return -1;
	rc = r.real.major ? work_get(&w, e) : 0;
	bool open = rc > 0 && w.source.major == r.real.major && w.source.minor == r.real.minor;

	rc = rc < 0 || begin(&r, open ? w.disk.path : r.real.path, e) ||
			     ask_steps(&r, wanted, o->steps != NULL, &todo, e)
		     ? -1
		     : 0;
	end(&r);
	return rc;
}

// --- changing

static int change_disk(struct repair *r, unsigned todo, struct err *e)
{
	for (size_t i = 0; i < STEPS; i++) {
		if (!(todo & 1u << i) || !steps[i]->on_disk)
			continue;
		if (ui_cancelled(r->ui))
			return err_stopped(e);
		ui_say(r->ui, UI_INFO, "%s: on the work disk", steps[i]->name);
		if (steps[i]->on_disk(r, e))
			return err_prefix(e, "%s", steps[i]->name);
	}
	return 0;
}

static int change_files(struct repair *r, unsigned todo, struct err *e)
{
	struct root root;
	struct err other;
	bool any = false;
	int rc = 0;

	for (size_t i = 0; i < STEPS; i++)
		any |= (todo & 1u << i) && steps[i]->in_root;
	if (!any || !r->first.sys)
		return 0;
	if (root_open(&root, &r->now, &r->names, e))
		return -1;
	r->root = &root;
	for (size_t i = 0; i < STEPS && !rc; i++) {
		if (!(todo & 1u << i) || !steps[i]->in_root)
			continue;
		if (ui_cancelled(r->ui))
			rc = err_stopped(e);
		ui_say(r->ui, UI_INFO, "%s: in the installed system", steps[i]->name);
		if (!rc && steps[i]->in_root(r, e))
			rc = err_prefix(e, "%s", steps[i]->name);
	}
	r->root = NULL;
	return root_close(&root, rc ? &other : e) || rc ? -1 : 0;
}

// Asks the steps again: what they still find was not repaired.
static int see_result(struct repair *r, const struct work *w, unsigned todo, struct err *e)
{
	struct edits left = { 0 }, *done = r->edits;
	uint64_t used, size;
	unsigned still;
	int rc;

	if (work_usage(w, &used, &size, e) || step_look_again(r, e))
		return -1;
	r->edits = &left;
	r->again = true;
	rc = ask_steps(r, todo, true, &still, e);
	r->again = false;
	r->edits = done;
	if (!rc && left.n)
		rc = err_set(e, 0, "%s: not repaired: %s: %s", left.v[0].step, left.v[0].subject,
			     left.v[0].text);
	edits_free(&left);
	return rc;
}

static int have_work(struct work *w, const struct repair *r, struct err *e)
{
	int rc = work_get(w, e);
	uint64_t used, size;

	if (rc < 0)
		return -1;
	if (!rc)
		return work_open(w, r->real.path, r->o->store, r->ui, e);
	if (w->source.major != r->real.major || w->source.minor != r->real.minor)
		return err_usage(
			e, "%s: repair: a work disk is open over %s; commit or discard it first",
			r->real.path, w->source.path);
	if (w->commit[0])
		return err_usage(e,
				 "%s: repair: a commit to it was begun with %s; finish that first",
				 r->real.path, w->commit);
	ui_say(r->ui, UI_INFO, "going on with the work disk %s", w->disk.path);
	return work_usage(w, &used, &size, e);
}

// When the snapshot has become invalid, everything after it failed for that reason: say that
// instead.
static int say_full(const struct work *w, struct err *e)
{
	struct err full;
	uint64_t used, size;

	if (work_usage(w, &used, &size, &full)) {
		log_line("repair: %s", e->text);
		*e = full;
	}
	return -1;
}

// On the work disk, which is looked at first: an earlier run may have done some of it.
static int repair_work(struct repair *r, unsigned wanted, struct work *w, struct err *e)
{
	struct edits plan = { 0 }, *done = r->edits;
	int rc, locked FD_AUTO = work_lock(e);
	struct ui *ui = r->ui;
	unsigned todo;

	if (locked < 0)
		return -1;
	patient_close(&r->now);
	if (patient_open(&r->now, w->disk.path, NULL, e))
		return -1;
	r->work = w;
	r->edits = &plan;
	r->ui = NULL; // it has said all this before
	rc = ask_steps(r, wanted, false, &todo, e);
	r->edits = done;
	r->ui = ui;
	edits_free(&plan);
	if (rc || (todo && work_in_repair(w, true, e)) || change_disk(r, todo, e) ||
	    change_files(r, todo, e) || see_result(r, w, todo, e))
		return say_full(w, e);
	return work_in_repair(w, false, e);
}

static int run_steps(struct repair *r, unsigned wanted, struct work *w, struct err *e)
{
	struct edits plan = { 0 }, *done = r->edits;
	unsigned todo;
	int rc;

	r->edits = &plan;
	rc = begin(r, r->real.path, e) || ask_steps(r, wanted, r->o->steps != NULL, &todo, e) ? -1
											      : 0;
	r->edits = done;
	edits_free(&plan);
	if (rc)
		return -1;
	if (!todo && !work_get(w, NULL)) {
		*w = (struct work){ 0 };
		return 0;
	}
	return have_work(w, r, e) || repair_work(r, wanted, w, e) ? -1 : 0;
}

int repair_run(const char *disk, const struct repair_options *o, struct edits *done, struct work *w,
	       struct ui *ui, struct err *e)
{
	struct survey machine;
	struct repair r = { .o = o, .machine = &machine, .edits = done, .ui = ui };
	unsigned wanted;

	if (wanted_steps(o->steps, o->hyper, &wanted, e) ||
	    find_disk(&machine, disk, o->hyper || o->image, &r.real, ui, e))
		return -1;

	int rc = run_steps(&r, wanted, w, e);

	end(&r);
	return rc;
}
