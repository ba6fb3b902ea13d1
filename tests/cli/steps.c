// SPDX-License-Identifier: GPL-2.0-or-later
// usage: steps [--for TARGET] [--root FOLDER] DISK STEP... : for tests: does to a disk what these
// steps of a repair do on a work disk. With --root to the files of its system, which is mounted
// there; without to the disk. The step "layout" makes the files fit for one partition. Prints what
// was changed. Exit status 1: a step failed, or finds something left to do.
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "repair/onepart/onepart.h"
#include "repair/steps/step.h"

static const struct step_ops *const steps[] = {
#define X(n) &step_##n,
#include "repair/steps/list.h"
#undef X
#define X(n) &fixup_##n,
#include "repair/fixup/list.h"
#undef X
};

// last: of two with that name the one for a virtual machine.
static const struct step_ops *find(const char *name, bool last)
{
	const struct step_ops *found = NULL;

	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
		if (!strcmp(steps[i]->name, name) && (!found || last))
			found = steps[i];
	return found;
}

static int one(struct repair *r, const struct step_ops *step, struct root *root, struct err *e)
{
	struct edits left = { 0 }, *done = r->edits;
	int rc = 0;

	r->root = root;
	if (root ? step->in_root(r, e) : step->on_disk(r, e))
		return -1;
	r->root = NULL;
	patient_close(&r->now);
	if (patient_open(&r->now, r->real.path, NULL, e))
		return -1;
	r->edits = &left;
	r->again = true;
	rc = step->needed(r, e);
	r->again = false;
	r->edits = done;
	// what lies in a file that is mounted elsewhere is seen on the disk later
	if (!rc && left.n && !root)
		rc = err_set(e, 0, "%s: left: %s: %s", step->name, left.v[0].subject,
			     left.v[0].text);
	edits_free(&left);
	return rc;
}

static int layout(struct repair *r, struct root *root, struct err *e)
{
	struct onepart o;
	int rc = onepart_plan(&o, &r->first, 0, e);

	r->root = root;
	rc = rc || onepart_configure(r, &o, e) ? -1 : 0;
	r->root = NULL;
	return rc;
}

static void say(struct ui *ui, enum ui_level level, const char *text)
{
	(void)ui;
	if (level >= UI_WARN)
		printf("warning: %s\n", text);
}

static bool cancelled(struct ui *ui)
{
	(void)ui;
	return false;
}

int main(int argc, char **argv)
{
	static const struct ui_ops ops = { .say = say, .cancelled = cancelled };
	struct ui ui = { &ops };
	struct repair_options o = { 0 };
	struct edits done = { 0 };
	struct repair r = { .o = &o, .edits = &done, .ui = &ui };
	struct root root = { .fd = -1 };
	struct survey machine;
	struct err e;
	int i = 1, rc = 0;

	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (!strcmp(argv[i], "--for"))
			o.hyper = hyper_find(argv[i + 1]);
		else
			root.fd = open(argv[i + 1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	}
	const char *const paths[] = { argv[i] };

	if (survey_make(&machine, paths, 1, NULL, &e) ||
	    patient_open(&r.first, argv[i], NULL, &e) || patient_open(&r.now, argv[i], NULL, &e)) {
		printf("failed: %s\n", e.text);
		return 2;
	}
	r.machine = &machine;
	r.real = machine.disks[0].disk;
	names_find(&r.names, &r.first, &r.real, "");
	for (i++; i < argc && !rc; i++)
		rc = strcmp(argv[i], "layout")
			     ? one(&r, find(argv[i], o.hyper), root.fd >= 0 ? &root : NULL, &e)
			     : layout(&r, &root, &e);
	for (unsigned k = 0; k < done.n; k++)
		printf("%s: %s: %s\n", done.v[k].step, done.v[k].subject, done.v[k].text);
	if (rc)
		printf("failed: %s\n", e.text);
	edits_free(&done);
	patient_close(&r.now);
	patient_close(&r.first);
	survey_free(&machine);
	return rc ? 1 : 0;
}
