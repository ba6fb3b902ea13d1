// SPDX-License-Identifier: GPL-2.0-or-later
// Volume groups of which a physical volume is not here: LVM refuses what lies on it, and old ones
// refuse more than that.
#include <string.h>

#include "inspect/check.h"

// Said of a group once, where it is met first.
static bool is_first(const struct survey *s, unsigned disk, unsigned part)
{
	const char *id = s->disks[disk].parts[part].lvm->id;

	for (unsigned i = 0; i <= disk; i++)
		for (unsigned k = 0; k < s->disks[i].n && (i < disk || k < part); k++) {
			const struct s_part *p = &s->disks[i].parts[k];

			if (p->lvm && !p->stale && strcmp(p->lvm->id, id) == 0)
				return false;
		}
	return true;
}

static void look(struct check_env *env)
{
	struct survey *s = env->s;

	for (unsigned i = 0; i < s->n_disks; i++) {
		for (unsigned k = 0; k < s->disks[i].n; k++) {
			const struct s_part *p = &s->disks[i].parts[k];
			unsigned here;

			if (!p->lvm || p->stale || !is_first(s, i, k))
				continue;
			here = survey_group_disks(s, p->lvm);
			if (here < p->lvm->disks)
				finding_add(s, FINDING_WARN, "lvm-incomplete", p->path, "",
					    "Volume group %s has %u physical volumes, %u of them "
					    "here: what lies on the others cannot be had",
					    p->lvm->group, p->lvm->disks, here);
		}
	}
}

const struct check_ops check_lvm_incomplete = { "lvm-incomplete", look };
