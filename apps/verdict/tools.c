// SPDX-License-Identifier: GPL-2.0-or-later
// Programs of another hypervisor, which the survey found.
#include <string.h>

#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	for (unsigned i = 0; i < a->s->n_findings; i++)
		if (a->sys && !strcmp(a->s->findings[i].code, "guest-tools"))
			verdict_say(a, VERDICT_WARN, "", "%s", a->s->findings[i].text);
}

const struct question_ops question_tools = { "tools", ask };
