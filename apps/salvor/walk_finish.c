// SPDX-License-Identifier: GPL-2.0-or-later
// The end of a visit: restart, power off, or leave the dialogs.
#include <stdio.h>
#include <unistd.h>

#include "base/run.h"
#include "salvor/face.h"
#include "work/work.h"

static const char help[] =
	"Restart: take the stick or the CD out first, or choose the disk in the firmware's boot "
	"menu.\n\n"
	"The repaired disk must start alone: leave the old half of the mirror out. Both carry the "
	"same labels and UUIDs.\n\n"
	"To have a mirror again, add a new disk later with the installed system's own mdadm.";

static bool forget_rehearsal(struct face *f)
{
	struct work w;
	struct err e;

	if (work_get(&w, &e) <= 0)
		return true;
	return box_ask(&f->env, "Not written",
		       w.commit[0] ? "Writing the repair was begun and not finished: the disk is "
				     "half changed. Finish or undo it "
				     "first; the undo file is needed for either."
				   : "A repair has been rehearsed but not written to the disk. It "
				     "is lost when the machine "
				     "restarts; the disk stays as it is.",
		       "Restart all the same", "Back");
}

static bool end_machine(struct face *f, const char *program)
{
	struct run r = { .argv = (const char *const[]){ program, NULL }, .timeout_s = 60 };
	struct err e;
	// another console may be writing the disk at this moment
	int lock FD_AUTO = work_lock(&e);

	if (lock < 0)
		box_error(&f->env, &e);
	if (lock < 0 || !forget_rehearsal(f))
		return false;
	sync();
	if (run_checked(&r, &e)) {
		box_error(&f->env, &e);
		return false;
	}
	box_say(&f->env, "Good-bye", "The machine is going down.");
	return true;
}

bool walk_finish(struct face *f)
{
	struct box_item items[] = {
		{ "Restart", "Start the machine anew; take the boot medium out", NULL, false,
		  false },
		{ "Power off", "Switch the machine off", NULL, false, false },
		{ "Leave", "End these dialogs (on a rescue console they begin anew)", NULL, false,
		  false },
	};
	struct box b = { .kind = &box_menu, .title = "Finish", .items = items, .n_items = 3 };
	int answer = face_run(f, &b, help);
	size_t chosen = b.chosen;

	box_free(&b);
	if (answer == BOX_GONE)
		return true;
	if (answer != BOX_OK)
		return false;
	return chosen == 2 || end_machine(f, chosen ? "poweroff" : "reboot");
}
