// SPDX-License-Identifier: GPL-2.0-or-later
// A label for the file system of / where nothing else leads the initrd to it (repair/names.h).
#include <stdio.h>
#include <string.h>

#include "base/run.h"
#include "repair/steps/step.h"

static const struct s_part *of(const struct repair *r)
{
	return &r->now.disk->parts[r->first.sys->part];
}

static bool missing(const struct repair *r)
{
	return r->names.label[0] && strcmp(of(r)->fs.label, r->names.label);
}

static void tell(struct repair *r)
{
	edits_add(r->edits, "label", survey_name(r->now.disk, of(r)).s, "label %s -> %s",
		  of(r)->fs.label[0] ? of(r)->fs.label : "(none)", r->names.label);
}

static int needed(struct repair *r, struct err *e)
{
	(void)e;
	if (missing(r))
		tell(r);
	return 0;
}

static int on_disk(struct repair *r, struct err *e)
{
	const char *const set[] = { "tune2fs", "-L", r->names.label, of(r)->path, NULL };

	if (!missing(r))
		return 0;
	if (run_checked(&(struct run){ .argv = set, .ui = r->ui }, e))
		return -1;
	tell(r);
	return step_look_again(r, e);
}

const struct step_ops step_label = {
	.name = "label",
	.help = "gives the file system of / a label where an old initrd (Red Hat up to 4) finds it "
		"by nothing else",
	.why = "an initrd of Red Hat 4 and before knows no UUIDs, and the disk may have another "
	       "name",
	.system = true,
	.needed = needed,
	.on_disk = on_disk,
};
