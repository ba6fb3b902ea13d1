// SPDX-License-Identifier: GPL-2.0-or-later
// Two halves that each ran without the other: what was written to one is not on the other, whatever
// the counts say.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_arrays; i++) {
		const struct s_array *a = &env->s->arrays[i];

		if (a->split)
			finding_add(env->s, FINDING_STOP, "split-mirror", a->name, "",
				    "The members of mirror %s each ran on their own: only you can "
				    "say which one is right",
				    a->name);
	}
}

const struct check_ops check_split_mirror = { "split-mirror", look };
