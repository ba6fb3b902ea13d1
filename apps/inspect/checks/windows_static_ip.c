// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses that belong to network cards of this machine. On another one they stay behind on
// adapters that Windows hides, and keep it from giving the same address to the new one.
#include <string.h>

#include "inspect/check.h"

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *path = env->s->disks[sys->disk].parts[sys->part].path;

		for (unsigned k = 0; sys->windows && k < sys->windows->n_addresses; k++) {
			const struct windows_address *a = &sys->windows->addresses[k];

			finding_add(
				env->s, FINDING_WARN, "windows-static-ip", path, "",
				"\"%.40s\" has the fixed address %s mask %s%s%s: note them, they "
				"stay with this machine's card and must be typed in again",
				a->adapter, a->address, *a->mask ? a->mask : "?",
				*a->gateway ? " gateway " : "", a->gateway);
		}
	}
}

const struct check_ops check_windows_static_ip = { "windows-static-ip", look };
