// SPDX-License-Identifier: GPL-2.0-or-later
// /etc/shadow that others than root can read: the checklists of clouds refuse such an image.
#include <sys/stat.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	struct stat st;

	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];

		if (env->root[i] && !fs_stat(env->root[i], "/etc/shadow", &st, NULL) &&
		    st.st_mode & 07137) {
			finding_add(env->s, FINDING_OK, "shadow-mode",
				    env->s->disks[sys->disk].parts[sys->part].path, "",
				    "/etc/shadow has the mode %04o: others than root can read or "
				    "change it",
				    st.st_mode & 07777);
			finding_for_vm(env->s);
		}
	}
}

const struct check_ops check_shadow_mode = { "shadow-mode", look };
