// SPDX-License-Identifier: GPL-2.0-or-later
// Out of the mirror: alone, a half of it starts only when nothing looks for the array any more.
#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	const char *stop = NULL;
	unsigned members = 0;

	for (unsigned i = 0; i < a->disk->n; i++) {
		const struct s_part *p = &a->disk->parts[i];

		if (!p->is_member)
			continue;
		members++;
		if (p->member.level != 1)
			stop = "belongs to a RAID other than a mirror: one disk of it cannot live "
			       "alone";
		else if (p->member.rebuilding)
			stop = "was still being rebuilt: its data are not whole";
		else if (p->stale)
			stop = "is a stale half: the mirror went on without it on another disk";
		else if (!p->part.number && p->member.data_off)
			stop = "is a member as a whole disk, with its data behind the header: that "
			       "cannot be moved in place";
		if (stop) {
			verdict_say(a, VERDICT_STOP, "", "%s %s", p->path, stop);
			return;
		}
	}
	if (members)
		verdict_say(a, VERDICT_PASS, "taken out of the mirror",
			    "%u partition%s of a mirror (md)", members, members == 1 ? "" : "s");
}

const struct question_ops question_raid = { "raid", ask };
