// SPDX-License-Identifier: GPL-2.0-or-later
// File systems that were not unmounted; and, when all were and none is damaged, the good news. Only
// superblocks are looked at: a full check is the business of the repair.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	unsigned whole = 0, not_whole = 0;

	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct s_disk *d = &env->s->disks[i];

		for (unsigned k = 0; k < d->n && d->role != ROLE_MEDIUM; k++) {
			const struct s_part *p = &d->parts[k];

			if (p->has_fs && !p->stale && !p->fs.clean && !strcmp(p->fs.type, "ntfs"))
				finding_add(env->s, FINDING_WARN, "fs-dirty", p->path, "",
					    "The NTFS on %s was in use when it stopped: Windows "
					    "checks it at its next start, nothing else should",
					    p->path);
			if (!p->has_fs || p->stale || strncmp(p->fs.type, "ext", 3) != 0)
				continue;
			if (!p->fs.clean && !p->fs.damaged)
				finding_add(
					env->s, FINDING_WARN, "fs-dirty", p->path, "fsck",
					"The %s file system on %s was in use when it stopped: %s",
					p->fs.type, p->path, p->fs.note);
			if (p->fs.clean && !p->fs.damaged)
				whole++;
			else
				not_whole++;
		}
	}
	if (whole > 0 && not_whole == 0)
		finding_add(env->s, FINDING_OK, "fs-clean", "", "",
			    "File systems were unmounted cleanly (%u looked at)", whole);
}

const struct check_ops check_fs_dirty = { "fs-dirty", look };
