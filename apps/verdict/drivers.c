// SPDX-License-Identifier: GPL-2.0-or-later
// Whether each kernel finds its disk: what is built in, in its initrd, or can be put there.
#include <stdio.h>

#include "verdict/verdict.h"

enum way { WAY_NONE, WAY_SPARE, WAY_SPARE_MADE, WAY_MADE, WAY_READY };

// Is all there that the bus needs? made: also when it has to be put into the initrd.
static bool goes(const struct s_kernel *k, const struct hyper_bus *b, bool made)
{
	for (unsigned i = 0; i < b->n; i++)
		if (k->driver[b->needs[i]] < (made ? DRIVER_LOADABLE : DRIVER_IN_INITRD))
			return false;
	return true;
}

static enum way best_way(const struct hyper *h, const struct s_kernel *k, bool strict,
			 const char **name)
{
	bool makes = k->modules && *k->initrd && !*k->trouble && !k->unified;
	unsigned n = strict ? h->best : h->n_buses;

	for (unsigned round = 0; round < 4; round++) {
		bool spare = round >= 2, made = round & 1;

		for (unsigned i = spare ? h->best : 0; i < (spare ? n : h->best); i++) {
			*name = h->buses[i].name;
			if ((!made || makes) && goes(k, &h->buses[i], made))
				return spare  ? made ? WAY_SPARE_MADE : WAY_SPARE
				       : made ? WAY_MADE
					      : WAY_READY;
		}
	}
	return WAY_NONE;
}

// Made, and often signed, as a whole by the running system alone.
static void say_unified(struct asked *a, const char *version, const char *spare, bool last)
{
	if (spare)
		verdict_say(a, VERDICT_WARN, "",
			    "Kernel %s is one file with its initrd, into which no driver for %s "
			    "can be put: attach the disk as %s",
			    version, a->h->buses[0].name, spare);
	else
		verdict_say(a, last ? VERDICT_STOP : VERDICT_WARN, "",
			    "Kernel %s is one file with its initrd, into which no driver for %s "
			    "can be put. Where it runs, put the drivers in and make it anew "
			    "(dracut, mkinitcpio, ukify), or take --for none",
			    version, a->h->title);
}

static void say(struct asked *a, const char *version, const struct s_kernel *k, enum way way,
		const char *bus, bool last)
{
	const char *wanted = a->h->buses[0].name;

	if (*k->trouble)
		verdict_say(a, VERDICT_WARN, "", "Kernel %s: its initrd could not be read: %.100s",
			    version, k->trouble);
	else if (!*k->initrd && !k->modules)
		verdict_say(a, VERDICT_WARN, "",
			    "Kernel %s: nothing tells which drivers it has: there is no initrd and "
			    "no folder in /lib/modules",
			    version);
	else if (k->unified && way != WAY_READY)
		say_unified(a, version, way == WAY_NONE ? NULL : bus, last);
	else if (way == WAY_READY)
		verdict_say(a, VERDICT_PASS, "", "Kernel %s starts from %s", version, bus);
	else if (way == WAY_MADE)
		verdict_say(a, VERDICT_PASS, "the initrd gets the drivers",
			    "Kernel %s has them for %s, its initrd does not", version, bus);
	else if (way == WAY_SPARE || way == WAY_SPARE_MADE)
		verdict_say(a, VERDICT_WARN, way == WAY_SPARE ? "" : "the initrd gets the drivers",
			    "Kernel %s has no driver for %s: attach the disk as %s", version,
			    wanted, bus);
	else if (!*k->initrd)
		verdict_say(a, last ? VERDICT_STOP : VERDICT_WARN, "",
			    "Kernel %s has no driver for any disk of %s built in, and no initrd "
			    "in /boot that could bring one",
			    version, a->h->title);
	else
		verdict_say(a, last ? VERDICT_STOP : VERDICT_WARN, "",
			    "Kernel %s has no driver for any disk of %s%s", version, a->h->title,
			    k->modules ? "" : ", and no folder in /lib/modules to take one from");
}

// The newest kernel is what starts, mostly; one of them has to.
static void ask(struct asked *a)
{
	bool strict = a->h->strict || (a->efi && a->h->efi_strict), any = false;

	if (!a->sys || !a->sys->starts)
		return;
	if (!a->sys->n_kernels)
		verdict_say(a, VERDICT_WARN, "", "No kernel was found in /boot");
	for (unsigned i = 0; i < a->sys->n_kernels; i++) {
		const char *bus;

		any |= *a->sys->starts[i].trouble ||
		       (!*a->sys->starts[i].initrd && !a->sys->starts[i].modules) ||
		       best_way(a->h, &a->sys->starts[i], strict, &bus) != WAY_NONE;
	}
	// the newest first, and not so many that nothing else has room
	for (unsigned n = 0; n < a->sys->n_kernels && n < 6; n++) {
		unsigned i = a->sys->n_kernels - 1 - n;
		const char *bus = "";
		enum way way = best_way(a->h, &a->sys->starts[i], strict, &bus);

		if (!n && way != WAY_NONE)
			a->v->bus = bus;
		say(a, a->sys->kernels[i].name, &a->sys->starts[i], way, bus, !any);
	}
}

const struct question_ops question_drivers = { "drivers", ask };
