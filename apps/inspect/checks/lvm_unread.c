// SPDX-License-Identifier: GPL-2.0-or-later
// Logical volumes are not looked into: a system in them is not in the list, and that must not pass
// for "none".
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		for (unsigned k = 0; k < env->s->disks[i].n; k++) {
			const struct s_part *p = &env->s->disks[i].parts[k];

			if (p->has_fs && !p->stale && strcmp(p->fs.type, "LVM2_member") == 0)
				finding_add(env->s, FINDING_WARN, "lvm-unread", p->path, "",
					    "%s holds logical volumes, which are not looked into",
					    p->path);
		}
	}
}

const struct check_ops check_lvm_unread = { "lvm-unread", look };
