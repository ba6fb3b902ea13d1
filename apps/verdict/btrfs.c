// SPDX-License-Identifier: GPL-2.0-or-later
// A btrfs over several devices: an image has one of them alone.
#include "verdict/verdict.h"

static unsigned devices(const struct asked *a, int part)
{
	return a->disk->parts[part].fs.devices;
}

static void ask(struct asked *a)
{
	if (!a->sys)
		return;
	if (devices(a, a->sys->part) > 1) {
		verdict_say(a, VERDICT_STOP, "",
			    "/ lies on a btrfs of %u devices, and only one comes along: move it "
			    "onto one first (btrfs device remove, in its own system)",
			    devices(a, a->sys->part));
		return;
	}
	for (unsigned i = 0; i < a->sys->n_mounts; i++) {
		const struct s_mount *m = &a->sys->mounts[i];

		if (m->disk != a->index || devices(a, m->part) < 2)
			continue;
		verdict_say(a, VERDICT_WARN, "",
			    "%.40s lies on a btrfs of %u devices, and only one comes along: it "
			    "cannot be mounted there",
			    m->dir, devices(a, m->part));
		return;
	}
}

const struct question_ops question_btrfs = { "btrfs", ask };
