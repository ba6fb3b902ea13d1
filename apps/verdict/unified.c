// SPDX-License-Identifier: GPL-2.0-or-later
// Kernels that are one file with their initrd and arguments: whether these arguments fit the disk
// alone. They cannot be changed here.
#include <string.h>

#include "verdict/verdict.h"

static bool names_array(const struct s_installed *k)
{
	return !strncmp(k->root, "root=/dev/md", 12) || !strncmp(k->root, "rd.md", 5);
}

static void ask(struct asked *a)
{
	bool any = false;

	if (!a->sys)
		return;
	for (unsigned i = 0; i < a->sys->n_kernels; i++)
		any |= !names_array(&a->sys->kernels[i]);
	for (unsigned n = 0; n < a->sys->n_kernels && n < 4; n++) {
		const struct s_installed *k = &a->sys->kernels[a->sys->n_kernels - 1 - n];

		if (*k->root)
			verdict_say(a, any ? VERDICT_WARN : VERDICT_STOP, "",
				    "Kernel %.60s is one file with its arguments, of which %.60s "
				    "%s, and stays as it is. Where it runs, name / by its UUID in "
				    "them, and make it anew",
				    k->name, k->root,
				    names_array(k) ? "leads nowhere there" : "may lead nowhere");
	}
}

const struct question_ops question_unified = { "unified", ask };
