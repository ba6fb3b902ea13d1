// SPDX-License-Identifier: GPL-2.0-or-later
// root= in the boot loader's configuration that names an array or a disk by its letter.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/check.h"

// The first root= on a line that starts a Linux kernel and names a device of the wanted sort; ""
// when none does.
static void find_root(const char *text, bool (*wanted)(const char *), char *name, size_t size)
{
	for (const char *line = text; *line; line += strcspn(line, "\n"), line += *line == '\n') {
		size_t len = strcspn(line, "\n"), at = strspn(line, " \t");
		bool kernel =
			strncmp(line + at, "kernel", 6) == 0 || strncmp(line + at, "linux", 5) == 0;

		for (; kernel && at < len; at++) {
			if (strncmp(line + at, "root=", 5) != 0 ||
			    (at > 0 && !strchr(" \t\"'", line[at - 1])))
				continue;
			text_clean(name, size, line + at + 5, strcspn(line + at + 5, " \t\n\"'"));
			if (wanted(name))
				return;
		}
	}
	*name = '\0';
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;
		struct buf b BUF_AUTO = { 0 };
		char full[128], name[64];

		if (!env->boot[i] || !*sys->boot_config)
			continue;
		snprintf(full, sizeof(full), "%s%s", env->boot_dir[i],
			 sys->boot_config + strlen("/boot"));
		if (fs_read_file(env->boot[i], full, 256 * 1024, &b, NULL) < 0)
			continue;
		find_root(buf_str(&b), is_md_name, name, sizeof(name));
		if (*name)
			finding_add(env->s, FINDING_WARN, "grub-root-by-device", path, "detach",
				    "%s starts the kernel with root=%s, which is an md device",
				    sys->boot_config, name);
		find_root(buf_str(&b), is_disk_name, name, sizeof(name));
		if (*name)
			finding_add(env->s, FINDING_WARN, "grub-root-by-device", path, "grub",
				    "%s starts the kernel with root=%s; that disk may be called "
				    "otherwise next time",
				    sys->boot_config, name);
	}
}

const struct check_ops check_grub_root_by_device = { "grub-root-by-device", look };
