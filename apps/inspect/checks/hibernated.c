// SPDX-License-Identifier: GPL-2.0-or-later
// A suspended system, in the swap or in hiberfil.sys: its file systems on disk are older than what
// it has in memory.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		for (unsigned k = 0; k < env->s->disks[i].n; k++) {
			const struct s_part *p = &env->s->disks[i].parts[k];

			if (p->has_fs && !p->stale && strcmp(p->fs.type, "swap") == 0 &&
			    strcmp(p->fs.note, "hibernation image") == 0)
				finding_add(env->s, FINDING_WARN, "hibernated", p->path, "",
					    "%s holds a suspended system: what it had not yet "
					    "written is only there",
					    p->path);
		}
	}
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;

		if (sys->windows && sys->windows->hibernated)
			finding_add(env->s, FINDING_WARN, "hibernated", path, "",
				    "Windows on %s is hibernated (or shut down by its fast "
				    "startup): an image of it can fail to start, and nothing in it "
				    "is changed. Start it once and run: shutdown /s /t 0",
				    path);
	}
}

const struct check_ops check_hibernated = { "hibernated", look };
