// SPDX-License-Identifier: GPL-2.0-or-later
// A kernel that is one file with its arguments, which name an array or a disk by its letter: no
// step of a repair can change them.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];

		for (unsigned k = 0; k < sys->n_kernels; k++)
			if (*sys->kernels[k].root)
				finding_add(env->s, FINDING_WARN, "unified-root-by-device",
					    env->s->disks[sys->disk].parts[sys->part].path, "",
					    "%.100s has %.60s inside, which is not changed here: "
					    "make it anew where it runs, with / by its UUID",
					    sys->kernels[k].file, sys->kernels[k].root);
	}
}

const struct check_ops check_unified_root = { "unified-root-by-device", look };
