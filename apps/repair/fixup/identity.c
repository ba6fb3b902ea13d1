// SPDX-License-Identifier: GPL-2.0-or-later
// machine-id: a disk that moves stays the machine it was, with the addresses and logs that hang on
// its number. An image that a cloud starts many times must not: emptied, systemd makes a new one
// for each.
#include <string.h>

#include "repair/steps/step.h"

static int edit(struct repair *r, struct err *e)
{
	static const char path[] = "/etc/machine-id";
	struct buf old BUF_AUTO = { 0 };
	static const struct buf empty;
	bool there;

	if (!r->o->hyper->cloud || step_read(r, path, &old, &there, e))
		return r->o->hyper->cloud ? -1 : 0;
	if (!there || !old.len)
		return 0;
	edits_add(r->edits, "identity", path, "emptied: each machine started from it gets its own");
	return step_write(r, path, &empty, e);
}

const struct step_ops fixup_identity = {
	.name = "identity",
	.help = "for clouds: empties /etc/machine-id, so that each machine makes its own",
	.why = "a cloud starts many machines from one image, and each is to be another",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
