// SPDX-License-Identifier: GPL-2.0-or-later
// A report for somebody who is to help, onto another disk.
#include "salvor/face.h"

static const char title[] = "Report";
static const char help[] =
	"One text file with what was found, the log, maps of copies, partition tables, the disks' "
	"own words about their health and the kernel's messages. Passwords are left out; names of "
	"machines and disks and addresses are in it.\n\n"
	"By command: salvor report DEST, also to another machine.";

static const char intro[] =
	"All that somebody who helps you would ask for is put into one text file: "
	"findings, logs, maps, health of the disks.\n"
	"Nothing else is written.";

bool walk_report(struct face *f)
{
	struct err e;
	struct job j;
	char spec[512];
	bool done;

	if (face_survey_fresh(f) || !face_intro(f, title, intro, help) ||
	    !face_place(f, title, "Where shall the report go?", NULL, PLACE_SERVER,
			"salvor-report.txt", spec, sizeof spec))
		return false;
	if (job_begin(&j, cmd_find("report"), &e) || job_arg(&j, spec, &e)) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		face_job(f, title, &j);
	}
	done = face_result(f, title, &j);
	job_end(&j);
	return done;
}
