// SPDX-License-Identifier: GPL-2.0-or-later
// A suspended system woken on other hardware.
#include <string.h>

#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	for (unsigned i = 0; i < a->disk->n; i++) {
		const struct s_part *p = &a->disk->parts[i];

		if (p->has_fs && !strcmp(p->fs.note, "hibernation image"))
			verdict_say(a, VERDICT_WARN, "",
				    "%s holds a suspended system, which cannot wake on other "
				    "hardware: what it had not written is lost",
				    p->path);
	}
}

const struct question_ops question_sleep = { "sleep", ask };
