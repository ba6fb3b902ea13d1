// SPDX-License-Identifier: GPL-2.0-or-later
// The installed system that shall start. Without one nothing can be prepared, nor promised.
#include <string.h>

#include "verdict/verdict.h"

static bool has_lvm(const struct s_disk *d)
{
	for (unsigned i = 0; i < d->n; i++)
		if (d->parts[i].has_fs && !strcmp(d->parts[i].fs.type, "LVM2_member"))
			return true;
	return false;
}

static void ask(struct asked *a)
{
	if (a->windows)
		verdict_say(a, VERDICT_PASS, "", "%s, %s", a->windows->product, a->windows->arch);
	else if (!a->sys && has_lvm(a->disk))
		verdict_say(a, VERDICT_WARN, "",
			    "No system can be seen: it may lie in LVM, which is copied as it is");
	else if (!a->sys)
		verdict_say(a, VERDICT_WARN, "",
			    "No installed Linux system was found: the disk is copied as it is");
	else if (strcmp(a->sys->arch, "i386") && strcmp(a->sys->arch, "x86_64") &&
		 strcmp(a->sys->arch, "x32") && strcmp(a->sys->arch, "unknown"))
		verdict_say(a, VERDICT_STOP, "", "%s is made for %s processors", a->sys->name,
			    a->sys->arch);
	else
		verdict_say(a, VERDICT_PASS, "", "%s, %s", a->sys->name, a->sys->arch);
}

const struct question_ops question_system = { "system", ask };
