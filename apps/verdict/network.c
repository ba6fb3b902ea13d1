// SPDX-License-Identifier: GPL-2.0-or-later
// Its network card: a driver for one of those there, and a name.
#include <string.h>

#include "verdict/verdict.h"

static bool found(const struct asked *a, const char *code)
{
	const struct s_part *root = &a->s->disks[a->sys->disk].parts[a->sys->part];

	for (unsigned i = 0; i < a->s->n_findings; i++)
		if (!strcmp(a->s->findings[i].code, code) &&
		    !strcmp(a->s->findings[i].subject, root->path))
			return true;
	return false;
}

static void ask(struct asked *a)
{
	const struct hyper_card *card = NULL;
	const struct s_kernel *k;

	if (!a->sys || !a->sys->starts || !a->sys->n_kernels)
		return;
	k = &a->sys->starts[a->sys->n_kernels - 1];
	for (unsigned i = 0; i < a->h->n_cards && !card; i++)
		if (k->driver[a->h->cards[i].driver] >= DRIVER_LOADABLE)
			card = &a->h->cards[i];
	if (found(a, "persistent-net"))
		verdict_say(a, VERDICT_PASS, "the rules are commented out",
			    "Names of network cards are tied to this machine's");
	a->v->card = card ? card->name : NULL;
	if (card)
		verdict_say(a, VERDICT_PASS, "", "Network card: %s%s", card->name,
			    a->h->cloud ? "" : "; with the old MAC address all stays as it was");
	else
		verdict_say(a, VERDICT_WARN, "",
			    "No driver for a network card of %s was found in kernel %s",
			    a->h->title, a->sys->kernels[a->sys->n_kernels - 1]);
}

const struct question_ops question_network = { "network", ask };
