// SPDX-License-Identifier: GPL-2.0-or-later
// What the checklists of clouds ask for besides.
#include <string.h>

#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	if (!a->h->cloud || !a->sys)
		return;
	for (unsigned i = 0; i < a->s->n_findings; i++) {
		const struct finding *f = &a->s->findings[i];

		if (!strcmp(f->code, "shadow-mode") || !strcmp(f->code, "cloud-init-absent"))
			verdict_say(a, VERDICT_WARN, "", "%s", f->text);
	}
	verdict_say(a, VERDICT_PASS, "/etc/machine-id is emptied",
		    "Every machine started from the image has to be another one");
}

const struct question_ops question_cloud = { "cloud", ask };
