// SPDX-License-Identifier: GPL-2.0-or-later
// File systems that fstab mounts from disks which do not come along.
#include <string.h>

#include "verdict/verdict.h"

static bool of_a_disk(const char *spec)
{
	return !strncmp(spec, "/dev/", 5) || !strncasecmp(spec, "LABEL=", 6) ||
	       !strncasecmp(spec, "UUID=", 5);
}

static void ask(struct asked *a)
{
	unsigned n = 0;
	const char *first = "";

	for (unsigned i = 0; a->sys && i < a->sys->n_mounts; i++) {
		const struct s_mount *m = &a->sys->mounts[i];

		if (m->disk < 0 || m->disk == a->index || !of_a_disk(m->spec))
			continue;
		// the twin's half of a mirror is not another disk
		if (a->s->disks[m->disk].parts[m->part].is_member)
			continue;
		if (!n++)
			first = m->dir;
	}
	if (n)
		verdict_say(a, VERDICT_WARN, "commented out in fstab",
			    "%s%s on another disk, which does not come along", first,
			    n > 1 ? " and more lie" : " lies");
}

const struct question_ops question_disks = { "disks", ask };
