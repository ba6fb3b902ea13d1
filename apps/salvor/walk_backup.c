// SPDX-License-Identifier: GPL-2.0-or-later
// The operator's way through a backup: what it does, where to, the plan, the copy, the result.
#include "salvor/face.h"

static const char title[] = "Back up the survivor";
static const char help[] = "The whole disk is copied, also what cannot be understood. What cannot "
			   "be read is filled with zeros and listed in the "
			   "map beside the copy (NAME.map, the format of GNU ddrescue); the result "
			   "then says loudly that something is missing.\n\n"
			   "NAME.sha256 holds the checksum, NAME.json the report, NAME.log what "
			   "was done. A backup that was stopped goes on where it "
			   "was when you choose the same place and name again.";

static const char intro[] = "The whole surviving disk will be copied to another disk or to a file "
			    "on a USB disk; bad sectors are passed over and listed.\n"
			    "Do this first: it is the only copy of the data, and with a backup "
			    "nothing that follows can lose it.";

// Plan or copy; j stays for the caller to end.
static int run(struct face *f, struct job *j, const char *source, const char *dest, bool plan)
{
	struct err e;

	if (job_begin(j, cmd_find("backup"), &e) || job_arg(j, source, &e) ||
	    job_arg(j, dest, &e)) {
		j->status = (int)e.kind;
		j->err = e;
		return j->status;
	}
	j->plan = plan;
	j->yes = true; // the questions were asked here
	return face_job(f, plan ? "Checking source and destination" : title, j);
}

bool walk_backup(struct face *f)
{
	char spec[512], name[96];
	struct job j;
	int source = face_source(f), dest;
	bool go;

	if (source < 0 || !face_intro(f, title, intro, help))
		return false;
	const struct disk disk = f->survey.disks[source].disk;

	face_name(&disk, "img", name, sizeof name);
	if (!face_place(f, title, "Where shall the copy go?", &disk, true, name, spec, sizeof spec))
		return false;
	run(f, &j, disk.path, spec, true);
	go = face_plan(f, title, &j, "Start", help);
	job_end(&j);
	dest = survey_disk(&f->survey, spec);
	if (!go ||
	    (dest >= 0 &&
	     !face_confirm(f, title, &f->survey.disks[dest].disk,
			   MARK_STOP "Everything on this disk will be replaced:" MARK_PLAIN)))
		return false;
	run(f, &j, disk.path, spec, false);
	go = face_result(f, title, &j);
	job_end(&j);
	if (go)
		guide_done(f, "backup", spec);
	return go;
}
