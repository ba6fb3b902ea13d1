// SPDX-License-Identifier: GPL-2.0-or-later
// Superblocks and file systems that could not be read or contradict themselves.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		for (unsigned k = 0; k < env->s->disks[i].n; k++) {
			const struct s_part *p = &env->s->disks[i].parts[k];

			if (*p->trouble)
				finding_add(env->s, FINDING_WARN, "member-damaged", p->path, "",
					    "%s", p->trouble);
		}
	}
}

const struct check_ops check_member_damaged = { "member-damaged", look };
