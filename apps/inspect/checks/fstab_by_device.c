// SPDX-License-Identifier: GPL-2.0-or-later
// fstab lines that name arrays, which will be gone, or disks by a letter, which changes with the
// machine.
#include <string.h>

#include "base/buf.h"
#include "inspect/check.h"

static unsigned list_names(const struct s_system *sys, bool (*wanted)(const char *),
			   struct buf *names)
{
	unsigned n = 0;

	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const struct s_mount *m = &sys->mounts[i];

		if (!wanted(m->spec))
			continue;
		if (n < 4)
			buf_printf(names, "%s%s", n ? ", " : "", m->spec);
		n++;
	}
	if (n > 4)
		buf_puts(names, ", ...");
	return n;
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;
		struct buf md BUF_AUTO = { 0 }, disk BUF_AUTO = { 0 };

		if (list_names(sys, is_md_name, &md))
			finding_add(env->s, FINDING_WARN, "fstab-by-device", path, "detach",
				    "/etc/fstab names md devices: %s", buf_str(&md));
		if (list_names(sys, is_disk_name, &disk))
			finding_add(env->s, FINDING_WARN, "fstab-by-device", path, "fstab",
				    "/etc/fstab names disks, which may be called otherwise next "
				    "time: %s",
				    buf_str(&disk));
	}
}

const struct check_ops check_fstab_by_device = { "fstab-by-device", look };
