// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way back: a backup or an image onto a disk.
#include "salvor/face.h"

static const char title[] = "Restore";
static const char help[] =
	"A backup that Salvor made, or an image (qcow2, VHD, VHDX, VMDK, raw) of any program, is "
	"written onto a whole disk; what was written is then read back and compared.\n\n"
	"The disk should be at least as large as the one in the image; a smaller one will do when "
	"no partition reaches beyond its end. On a disk of another size a GPT is made to fit.\n\n"
	"All that is on the disk is lost; its serial number is asked for before the first write.";
static const char intro[] = "A backup or an image will be written onto a whole disk of this "
			    "machine, then read back and compared.\n"
			    "Do this to give a new disk the contents of the old one; everything "
			    "the chosen disk holds now is replaced.";

static bool any(const struct s_disk *d)
{
	(void)d;
	return true;
}

static bool run(struct face *f, const char *image, const char *disk, bool plan)
{
	struct err e;
	struct job j;
	bool done;

	if (job_begin(&j, cmd_find("restore"), &e) || job_arg(&j, image, &e) ||
	    job_arg(&j, disk, &e) || job_set(&j, "fit", "yes", &e)) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		j.plan = plan;
		j.yes = true; // asked for here
		face_job(f, plan ? "Checking image and disk" : title, &j);
	}
	done = plan ? face_plan(f, title, &j, "Go on", help) : face_result(f, title, &j);
	job_end(&j);
	return done;
}

bool walk_restore(struct face *f)
{
	char spec[512];
	int to;

	if (face_survey_fresh(f) || !face_intro(f, title, intro, help) ||
	    !face_place(f, title, "Where does the image lie?", NULL, PLACE_SERVER, "", spec,
			sizeof spec))
		return false;
	to = face_disk(f, title, "Onto which disk?", NULL, any);
	if (to < 0)
		return false;
	const struct disk disk = f->survey.disks[to].disk;

	if (!run(f, spec, disk.path, true) ||
	    !face_confirm(f, title, &disk,
			  MARK_STOP "Everything on this disk will be replaced:" MARK_PLAIN) ||
	    !run(f, spec, disk.path, false))
		return false;
	face_survey(f);
	return true;
}
