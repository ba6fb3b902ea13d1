// SPDX-License-Identifier: GPL-2.0-or-later
// Out of the mirror: alone, a half of it starts only when nothing looks for the array any more.
#include "base/size.h"
#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	const char *stop = NULL;
	unsigned members = 0, moved = 0;
	uint64_t bad = 0;

	for (unsigned i = 0; i < a->disk->n; i++) {
		const struct s_part *p = &a->disk->parts[i];

		if (!p->is_member)
			continue;
		members++;
		moved += p->member.data_off > 0;
		bad += p->member.bad;
		stop = raid_not_alone(&p->member);
		if (!stop && p->stale)
			stop = "is a stale half: the mirror went on without it on another disk";
		if (!stop && !p->part.number && p->member.data_off)
			stop = "is a member as a whole disk, with its data behind the header: that "
			       "cannot be moved in place";
		if (stop) {
			verdict_say(a, VERDICT_STOP, "", "%s %s", p->path, stop);
			return;
		}
	}
	if (members)
		verdict_say(a, VERDICT_PASS,
			    moved ? "taken out of the mirror, the start of those moved to where "
				    "their data begin"
				  : "taken out of the mirror",
			    "%u partition%s of a mirror (md)%s", members, members == 1 ? "" : "s",
			    moved ? ", with the superblock before the data" : "");
	if (bad)
		verdict_say(a, VERDICT_WARN, "",
			    "md's bad-block log names %s that may hold old data: files there may "
			    "be wrong",
			    size_show(bad).s);
}

const struct question_ops question_raid = { "raid", ask };
