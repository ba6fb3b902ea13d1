// SPDX-License-Identifier: GPL-2.0-or-later
// Its network card: a driver for one of those there, and a name.
#include <string.h>

#include "inspect/nics.h"
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

// Names by the card's place, which is another there.
static void ask_names(struct asked *a)
{
	bool file = !strcmp(a->disk->disk.transport, "file");
	const struct s_machine *m = file ? NULL : &a->s->machine;
	struct s_nic v[SYSTEM_NICS];
	unsigned n = nics_by_place(a->sys, m, v), known = 0;

	for (unsigned i = 0; i < n; i++)
		known += a->h->cloud ? n == 1 : v[i].mac[0] != 0;
	if (!n)
		return;
	if (a->sys->links && known == n)
		verdict_say(a, VERDICT_PASS,
			    a->h->cloud		     ? "its name is tied to the driver"
			    : nics_single(a->sys, m) ? "a card with any address gets the name"
						     : "the names are tied to the cards' addresses",
			    "Network card %s%s is configured by a name that is another there",
			    v[0].name, n > 1 ? " and more" : "");
	else if (a->sys->links || strncmp(v[0].name, "eth", 3))
		verdict_say(a, VERDICT_WARN, "",
			    "Network card %s%s is configured by a name that is another there%s",
			    v[0].name, n > 1 ? " and more" : "",
			    a->sys->links ? ", and which card is which is not known"
					  : ", and its udev cannot be told to keep it");
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
	ask_names(a);
	if (a->h->cloud && *a->sys->by_address)
		verdict_say(a, VERDICT_WARN, "",
			    "%s means a network card by its address, and a cloud chooses another: "
			    "let it mean the card by name or driver",
			    a->sys->by_address);
	a->v->card = card ? card->name : NULL;
	if (card)
		verdict_say(a, VERDICT_PASS, "", "Network card: %s%s", card->name,
			    a->h->cloud ? "" : "; with the old MAC address all stays as it was");
	else
		verdict_say(
			a, VERDICT_WARN, "",
			"Kernel %s has no driver for any network card of %s: it starts without one",
			a->sys->kernels[a->sys->n_kernels - 1].name, a->h->title);
}

const struct question_ops question_network = { "network", ask };
