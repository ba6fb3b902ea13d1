// SPDX-License-Identifier: GPL-2.0-or-later
// /dev of the installed system lacks the nodes that init and every tool in a chroot need. systemd
// mounts a /dev of its own before it looks, so for it this is no obstacle to booting.
#include <sys/stat.h>

#include "inspect/check.h"

static bool is_char_device(struct fs *fs, const char *path)
{
	struct stat st;

	return fs_stat(fs, path, &st, NULL) == 0 && S_ISCHR(st.st_mode);
}

static int count(void *arg, const char *name, unsigned type)
{
	unsigned *n = arg;

	(void)name;
	(void)type;
	return ++*n >= 10000;
}

static bool has_systemd(struct fs *fs)
{
	struct stat st;

	return fs_stat(fs, "/lib/systemd/systemd", &st, NULL) == 0 ||
	       fs_stat(fs, "/usr/lib/systemd/systemd", &st, NULL) == 0;
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;
		struct fs *fs = env->root[i];
		unsigned n = 0;

		if (!fs || (is_char_device(fs, "/dev/console") && is_char_device(fs, "/dev/null")))
			continue;
		fs_list(fs, "/dev", count, &n, NULL);
		finding_add(env->s, has_systemd(fs) ? FINDING_WARN : FINDING_STOP, "dev-empty",
			    path, "devnodes",
			    n == 0 ? "/dev of the system on %s is empty%s"
				   : "/dev of the system on %s lacks console or null%s",
			    path,
			    has_systemd(fs) ? "; systemd fills it when it starts"
					    : ": it cannot start");
	}
}

const struct check_ops check_dev_empty = { "dev-empty", look };
