// SPDX-License-Identifier: GPL-2.0-or-later
// fstab and crypttab lines that name arrays, which will be gone, or disks by a letter, which
// changes with the machine.
#include <stdio.h>
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

// The second word of each line is the device.
static void look_crypttab(struct check_env *env, unsigned i)
{
	const struct s_system *sys = &env->s->systems[i];
	const char *path = env->s->disks[sys->disk].parts[sys->part].path;
	struct buf text BUF_AUTO = { 0 }, names BUF_AUTO = { 0 };
	const char *cure = "fstab";

	if (!env->root[i] || fs_read_file(env->root[i], "/etc/crypttab", 65536, &text, NULL) < 0)
		return;
	for (const char *p = buf_str(&text); *p; p += strcspn(p, "\n"), p += *p == '\n') {
		char name[64], device[64];

		if (sscanf(p, "%63[^ \t\n]%*[ \t]%63[^ \t\n]", name, device) != 2 ||
		    name[0] == '#' || (!is_md_name(device) && !is_disk_name(device)))
			continue;
		if (is_md_name(device))
			cure = "detach";
		if (names.len < 100)
			buf_printf(&names, "%s%s", names.len ? ", " : "", device);
	}
	if (names.len)
		finding_add(env->s, FINDING_WARN, "fstab-by-device", path, cure,
			    "/etc/crypttab names disks or arrays, which may be called otherwise "
			    "next time: %s",
			    buf_str(&names));
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
		look_crypttab(env, i);
	}
}

const struct check_ops check_fstab_by_device = { "fstab-by-device", look };
