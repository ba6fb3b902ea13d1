// SPDX-License-Identifier: GPL-2.0-or-later
// A disk that expects to fail, or has met sectors that it could not read. Other figures are no
// reason for alarm: sectors that were replaced in time are what the spare ones are for.
#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		const struct disk *d = &env->s->disks[i].disk;
		const struct smart *s = &env->s->disks[i].smart;
		long long lost = s->pending > s->uncorrectable ? s->pending : s->uncorrectable;

		if (s->known && s->failing)
			finding_add(
				env->s, FINDING_STOP, "smart-failing", d->path, "",
				"%s says that it is failing (SMART): back it up before anything "
				"else",
				d->path);
		else if (smart_is_bad(s))
			finding_add(
				env->s, FINDING_WARN, "smart-failing", d->path, "",
				"%s could not read %lld of its sectors (SMART): back it up first",
				d->path, lost);
	}
}

const struct check_ops check_smart_failing = { "smart-failing", look };
