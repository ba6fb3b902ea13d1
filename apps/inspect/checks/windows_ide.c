// SPDX-License-Identifier: GPL-2.0-or-later
// What Windows lacks to find its disk again behind another IDE controller: stop 0x7B.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;

		if (!sys->windows || !*sys->windows->ide)
			continue;
		finding_add(
			env->s, FINDING_WARN, "windows-ide-absent", path, "",
			"Windows on %s would stop with 0x7B on the IDE disk of a virtual machine. "
			"The image made for one gets what can be had. It lacks: %.80s%s",
			path, sys->windows->ide, strlen(sys->windows->ide) > 80 ? "..." : "");
		finding_for_vm(env->s);
	}
}

const struct check_ops check_windows_ide = { "windows-ide-absent", look };
