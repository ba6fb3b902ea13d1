// SPDX-License-Identifier: GPL-2.0-or-later
// Programs that belong to another hypervisor: the system was a virtual machine before, and these
// look for what will not be there.
#include <sys/stat.h>

#include "inspect/check.h"

static const struct {
	const char *path, *what;
} tools[] = {
	{ "/etc/vmware-tools", "VMware Tools" },
	{ "/usr/bin/vmtoolsd", "open-vm-tools (VMware)" },
	{ "/usr/sbin/VBoxService", "VirtualBox guest additions" },
	{ "/usr/sbin/xe-daemon", "Xen tools" },
	{ "/usr/sbin/hv_kvp_daemon", "Hyper-V daemons" },
	{ "/usr/bin/prltoolsd", "Parallels tools" },
	{ "/usr/bin/qemu-ga", "QEMU guest agent" },
	{ "/usr/sbin/qemu-ga", "QEMU guest agent" },
};

static void look(struct check_env *env)
{
	struct stat st;

	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *part = env->s->disks[sys->disk].parts[sys->part].path;

		for (size_t k = 0; env->root[i] && k < sizeof tools / sizeof *tools; k++)
			if (!fs_stat(env->root[i], tools[k].path, &st, NULL)) {
				finding_add(env->s, FINDING_OK, "guest-tools", part, "",
					    "%s are installed (%s): to be removed when it moves "
					    "to another hypervisor",
					    tools[k].what, tools[k].path);
				finding_for_vm(env->s);
			}
	}
}

const struct check_ops check_guest_tools = { "guest-tools", look };
