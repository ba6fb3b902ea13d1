// SPDX-License-Identifier: GPL-2.0-or-later
// What of LVM cannot be looked into, so that a system in it does not pass for "none".
#include <string.h>

#include "inspect/check.h"

static void look_at(struct survey *s, const struct s_disk *d, unsigned part)
{
	const struct s_part *p = &d->parts[part];
	const struct lvm_volume *v = survey_volume(d, part);

	if (*p->unread)
		finding_add(s, FINDING_WARN, "lvm-unread", p->path, "",
			    "The logical volumes on %s are not looked into: %s", p->path,
			    p->unread);
	else if (v && *v->why)
		finding_add(s, FINDING_WARN, "lvm-unread", p->path, "",
			    "The logical volume %s is not looked into, and left alone: %s", v->name,
			    v->why);
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++)
		for (unsigned k = 0; k < env->s->disks[i].n; k++)
			if (!env->s->disks[i].parts[k].stale)
				look_at(env->s, &env->s->disks[i], k);
}

const struct check_ops check_lvm_unread = { "lvm-unread", look };
