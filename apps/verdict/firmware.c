// SPDX-License-Identifier: GPL-2.0-or-later
// How the disk starts, and what has to be chosen for that.
#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	const char *choose = a->efi ? a->h->efi : a->h->bios, *how = a->efi ? "UEFI" : "BIOS";

	if (!choose)
		verdict_say(a, VERDICT_STOP, "", "It starts by %s, which %s does not have", how,
			    a->h->title);
	else
		verdict_say(a, a->efi && a->h->cloud ? VERDICT_WARN : VERDICT_PASS, "",
			    "It starts by %s: choose %s", how, choose);
}

const struct question_ops question_firmware = { "firmware", ask };
