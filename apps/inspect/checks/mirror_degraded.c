// SPDX-License-Identifier: GPL-2.0-or-later
// Mirrors (and other arrays) that have lost members. Those whose data are on the same disk are told
// together.
#include <stdio.h>

#include "base/buf.h"
#include "inspect/check.h"

// Degraded mirrors that are read from one disk.
static void check_disk(struct check_env *env, int disk)
{
	struct buf names BUF_AUTO = { 0 };
	unsigned n = 0, working = 0, wanted = 0;

	for (unsigned i = 0; i < env->s->n_arrays; i++) {
		const struct s_array *a = &env->s->arrays[i];

		if (!a->degraded || a->split || a->level != 1 || a->disk != disk)
			continue;
		buf_printf(&names, "%s%s", n++ ? ", " : "", a->name);
		working = a->working;
		wanted = a->raid_devices;
	}
	if (n > 0)
		finding_add(env->s, FINDING_WARN, "mirror-degraded", buf_str(&names), "detach",
			    "%s %s: %u of %u disks %s left; the data are on %s",
			    n > 1 ? "Mirrors" : "Mirror", buf_str(&names), working, wanted,
			    working == 1 ? "is" : "are", env->s->disks[disk].disk.path);
}

// Its data live on outside of it: what is left is an old half, which another finding tells.
static bool was_left(const struct survey *s, int array)
{
	for (unsigned i = 0; i < s->n_disks; i++)
		for (unsigned k = 0; k < s->disks[i].n; k++)
			if (s->disks[i].parts[k].array == array &&
			    s->disks[i].parts[k].went_on >= 0)
				return true;
	return false;
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++)
		check_disk(env, (int)i);
	for (unsigned i = 0; i < env->s->n_arrays; i++) {
		const struct s_array *a = &env->s->arrays[i];

		if (!a->degraded || a->split || a->disk >= 0 || was_left(env->s, (int)i))
			continue;
		if (a->level == 1)
			finding_add(env->s, FINDING_STOP, "mirror-degraded", a->name, "",
				    "Mirror %s: no member with complete data is here", a->name);
		else
			finding_add(env->s, FINDING_WARN, "mirror-degraded", a->name, "",
				    "Array %s (RAID %d): %u of %u disks are left", a->name,
				    a->level, a->working, a->raid_devices);
	}
}

const struct check_ops check_mirror_degraded = { "mirror-degraded", look };
