// SPDX-License-Identifier: GPL-2.0-or-later
// Systems besides the one that is judged and made fit.
#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	const struct s_system *judged = survey_system(a->s, a->index);

	for (unsigned i = 0; i < a->s->n_systems; i++) {
		const struct s_system *sys = &a->s->systems[i];

		if (sys->disk == a->index && sys != judged)
			verdict_say(a, VERDICT_WARN, "",
				    "Another system is on it, %.60s on %.60s: whether that "
				    "starts was not judged",
				    sys->name, a->disk->parts[sys->part].path);
	}
}

const struct question_ops question_others = { "others", ask };
