// SPDX-License-Identifier: GPL-2.0-or-later
// A cloud gives its machines names, keys and addresses through cloud-init.
#include <sys/stat.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	static const char *const places[] = { "/usr/bin/cloud-init", "/etc/cloud" };
	struct stat st;

	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];

		if (sys->starts && env->root[i] && fs_stat(env->root[i], places[0], &st, NULL) &&
		    fs_stat(env->root[i], places[1], &st, NULL)) {
			finding_add(env->s, FINDING_OK, "cloud-init-absent",
				    env->s->disks[sys->disk].parts[sys->part].path, "",
				    "cloud-init is not installed: in a cloud it would keep its "
				    "own addresses and keys");
			finding_for_vm(env->s);
		}
	}
}

const struct check_ops check_cloud_init_absent = { "cloud-init-absent", look };
