// SPDX-License-Identifier: GPL-2.0-or-later
// The operator lets another machine pull the disk.
#include "salvor/face.h"

static const char title[] = "Let another machine pull the disk";
static const char help[] =
	"The disk is served read-only by NBD. On the other machine qemu-img, virt-v2v or nbdcopy "
	"take "
	"it; the command to type is shown here, with this machine's addresses.\n\n"
	"What file systems call free is left out. Sectors that cannot be read make the other "
	"side's "
	"copy fail: a dying disk is better copied by Backup.\n\n"
	"Stop ends it; until then whoever reaches port 10809 of this machine can read the disk.";
static const char intro[] =
	"The disk is served over the network, read-only, until you press Stop. Another machine "
	"then "
	"makes its image of it, in whatever format it likes.\n" MARK_WARN
	"Whoever reaches this machine over the network can read the disk while it is "
	"served" MARK_PLAIN ": nothing is encrypted, no password is asked for.";

bool walk_serve(struct face *f, const char *source)
{
	struct err e;
	struct job j;
	bool done;

	if (!face_intro(f, title, intro, help))
		return false;
	if (job_begin(&j, cmd_find("nbd"), &e) || job_arg(&j, source, &e) ||
	    job_set(&j, "used", "yes", &e)) {
		j.status = (int)e.kind;
		j.err = e;
	} else {
		face_job(f, title, &j);
	}
	done = face_result(f, title, &j);
	job_end(&j);
	return done;
}
