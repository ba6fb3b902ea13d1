// SPDX-License-Identifier: GPL-2.0-or-later
// Windows set up for a machine without ACPI. Where it stands it runs; Hyper-V shows nothing else
// than ACPI, and the story behind Salvor lost a day to the black screen that follows.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;

		if (!sys->windows || !*sys->windows->hal || !strcmp(sys->windows->hal, "acpi"))
			continue;
		finding_add(
			env->s, FINDING_WARN, "windows-hal-not-acpi", path, "",
			"Windows on %s has the HAL of a \"%s\", without ACPI: Hyper-V cannot run "
			"it (black screen). Make a repair installation from its CD first, or use "
			"KVM with ACPI switched off",
			path, sys->windows->hal_name);
	}
}

const struct check_ops check_windows_hal = { "windows-hal-not-acpi", look };
