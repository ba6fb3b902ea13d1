// SPDX-License-Identifier: GPL-2.0-or-later
// Mirrors (and other arrays) that have lost members.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_arrays; i++) {
		const struct s_array *a = &env->s->arrays[i];

		if (!a->degraded || a->split)
			continue;
		if (a->level != 1)
			finding_add(env->s, FINDING_WARN, "mirror-degraded", a->name, "",
				    "Array %s (RAID %d) has %u of %u members", a->name, a->level, a->working,
				    a->raid_devices);
		else if (a->disk < 0)
			finding_add(env->s, FINDING_STOP, "mirror-degraded", a->name, "",
				    "Mirror %s has no member with complete data here", a->name);
		else
			finding_add(env->s, FINDING_WARN, "mirror-degraded", a->name, "detach",
				    "Mirror %s has %u of %u members; %s holds its data", a->name, a->working,
				    a->raid_devices, env->s->disks[a->disk].parts[a->part].path);
	}
}

const struct check_ops check_mirror_degraded = { "mirror-degraded", look };
