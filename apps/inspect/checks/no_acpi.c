// SPDX-License-Identifier: GPL-2.0-or-later
// Salvor's kernel found no ACPI: power-off and some interrupts will not work, and Windows guests
// mind.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++) {
		if (strcmp(env->s->disks[i].disk.transport, "file") == 0)
			continue;
		if (!env->s->machine.acpi)
			finding_add(env->s, FINDING_WARN, "no-acpi", "machine", "",
				    "This machine was started without ACPI: it may not power off "
				    "by itself");
		return;
	}
}

const struct check_ops check_no_acpi = { "no-acpi", look };
