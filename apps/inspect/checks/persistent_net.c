// SPDX-License-Identifier: GPL-2.0-or-later
// Network cards pinned by their address: on another machine, or as a virtual one, they get new
// names.
#include <string.h>

#include "base/buf.h"
#include "inspect/check.h"

static void look(struct check_env *env)
{
	static const char path[] = "/etc/udev/rules.d/70-persistent-net.rules";

	for (unsigned i = 0; i < env->s->n_systems; i++) {
		const struct s_system *sys = &env->s->systems[i];
		const char *part = env->s->disks[sys->disk].parts[sys->part].path;
		struct buf b BUF_AUTO = { 0 };

		if (env->root[i] && fs_read_file(env->root[i], path, 65536, &b, NULL) == 0 &&
		    strstr(buf_str(&b), "NAME="))
			finding_add(env->s, FINDING_OK, "persistent-net", part, "",
				    "Network names are tied to this machine's cards by %s; a move "
				    "needs that file emptied",
				    path);
	}
}

const struct check_ops check_persistent_net = { "persistent-net", look };
