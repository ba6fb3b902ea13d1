// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels that would not find their disk as a virtual machine's: neither built in nor in the initrd
// is what it takes. Known only when the survey was asked for it.
#include <string.h>

#include "base/buf.h"
#include "inspect/check.h"

static bool has(const struct s_kernel *k, enum driver d)
{
	return k->driver[d] >= DRIVER_IN_INITRD;
}

static bool has_virtio(const struct s_kernel *k)
{
	return has(k, DRIVER_VIRTIO_PCI) &&
	       (has(k, DRIVER_VIRTIO_BLK) || (has(k, DRIVER_VIRTIO_SCSI) && has(k, DRIVER_SD_MOD)));
}

static bool has_hyperv(const struct s_kernel *k)
{
	return has(k, DRIVER_HV_VMBUS) && has(k, DRIVER_HV_STORVSC) && has(k, DRIVER_SD_MOD);
}

static bool has_ide(const struct s_kernel *k)
{
	return (has(k, DRIVER_ATA_PIIX) && has(k, DRIVER_SD_MOD)) ||
	       (has(k, DRIVER_PIIX) && has(k, DRIVER_IDE_DISK));
}

static const struct {
	const char *code, *what;
	bool (*has)(const struct s_kernel *k);
} kinds[] = {
	{ "initrd-lacks-virtio", "virtio disks (KVM, clouds)", has_virtio },
	{ "initrd-lacks-hyperv", "Hyper-V's disks", has_hyperv },
	{ "initrd-lacks-ide", "IDE disks", has_ide },
};

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *part = env->s->disks[sys->disk].parts[sys->part].path;

		for (size_t n = 0; sys->starts && n < sizeof kinds / sizeof *kinds; n++) {
			struct buf list BUF_AUTO = { 0 };

			for (unsigned k = 0; k < sys->n_kernels; k++)
				if (!*sys->starts[k].trouble && !kinds[n].has(&sys->starts[k]))
					buf_printf(&list, "%s%s", list.len ? ", " : "",
						   sys->kernels[k].name);
			if (!list.len)
				continue;
			finding_add(env->s, FINDING_OK, kinds[n].code, part, "",
				    "Without a driver for %s at its start: kernel %s; an "
				    "image made --for that gets it",
				    kinds[n].what, buf_str(&list));
			finding_for_vm(env->s);
		}
	}
}

const struct check_ops check_initrd_lacks = { "initrd-lacks-virtio", look };
