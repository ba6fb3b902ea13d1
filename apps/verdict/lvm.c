// SPDX-License-Identifier: GPL-2.0-or-later
// LVM stays as it is: the system finds its physical volume by what is written on it, wherever that
// lies. What it needs for that is in the initrd.
#include <string.h>

#include "verdict/verdict.h"

// The physical volume that / or what fstab mounts lies on; NULL: none of it is in LVM.
static const struct s_part *group_of(const struct asked *a)
{
	const struct s_part *root =
		&a->disk->parts[survey_carrier(a->disk, (unsigned)a->sys->part)];

	if (root->is_volume)
		return &a->disk->parts[root->pv];
	for (unsigned i = 0; i < a->sys->n_mounts; i++) {
		const struct s_mount *m = &a->sys->mounts[i];
		const struct s_part *sp =
			m->disk == a->index
				? &a->disk->parts[survey_carrier(a->disk, (unsigned)m->part)]
				: NULL;

		if (sp && sp->is_volume)
			return &a->disk->parts[sp->pv];
	}
	return NULL;
}

// The newest kernel whose initrd was read and does not activate volumes.
static const char *lacking(const struct asked *a)
{
	for (unsigned i = a->sys->n_kernels; a->sys->starts && i > 0; i--)
		if (*a->sys->starts[i - 1].initrd && !*a->sys->starts[i - 1].trouble &&
		    !a->sys->starts[i - 1].lvm)
			return a->sys->kernels[i - 1].name;
	return NULL;
}

static void ask(struct asked *a)
{
	const struct s_part *pv = a->sys ? group_of(a) : NULL;
	const char *kernel;

	if (!pv)
		return;
	kernel = survey_in_lvm(a->disk, a->sys->part) ? lacking(a) : NULL;
	if (pv->lvm->disks > 1)
		verdict_say(a, VERDICT_WARN, "",
			    "Volume group %s has %u physical volumes, and only one comes along: "
			    "volumes that lie on others will be missing",
			    pv->lvm->group, pv->lvm->disks);
	else if (kernel)
		verdict_say(a, VERDICT_WARN, "",
			    "/ is a volume of %s, but the initrd of kernel %s has no lvm",
			    pv->lvm->group, kernel);
	else
		verdict_say(a, VERDICT_PASS, "", "LVM stays: volume group %s", pv->lvm->group);
}

const struct question_ops question_lvm = { "lvm", ask };
