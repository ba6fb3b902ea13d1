// SPDX-License-Identifier: GPL-2.0-or-later
// A clock that stands before the last write to one of the disks: the battery is empty, and new
// files would get old times.
#include "inspect/check.h"

#define DAY 86400u

static void look(struct check_env *env)
{
	uint64_t last = 0;

	for (unsigned i = 0; i < env->s->n_disks; i++)
		for (unsigned k = 0; k < env->s->disks[i].n; k++)
			if (env->s->disks[i].parts[k].is_member &&
			    env->s->disks[i].parts[k].member.updated > last)
				last = env->s->disks[i].parts[k].member.updated;
	if (env->now + DAY < last)
		finding_add(
			env->s, FINDING_WARN, "clock-wrong", "machine", "",
			"The clock is wrong: it stands %llu days before the last write to a disk",
			(unsigned long long)((last - env->now) / DAY));
}

const struct check_ops check_clock_wrong = { "clock-wrong", look };
