// SPDX-License-Identifier: GPL-2.0-or-later
// What an image of it takes, by what the file systems say is in use; the plan counts it exactly.
#include <string.h>

#include "base/size.h"
#include "verdict/verdict.h"

#define SPEED (50 * MIB) // bytes a second, of an old disk

static uint64_t used(const struct s_disk *d)
{
	uint64_t n = 0;

	for (unsigned i = 0; i < d->n; i++) {
		const struct s_part *p = &d->parts[i];
		bool whole = !p->is_volume && !p->part.number && d->table.n;

		// what is inside of these is among the parts itself
		if (p->part.container || p->lvm || p->is_subvolume || whole)
			continue;
		if (p->has_fs && !strcmp(p->fs.type, "swap")) // its header alone
			continue;
		n += p->has_fs && p->fs.used != UINT64_MAX ? p->fs.used : p->part.len;
	}
	return n;
}

static void ask(struct asked *a)
{
	uint64_t bytes = used(a->disk);

	verdict_say(a, VERDICT_PASS, "",
		    "About %s are in use: as much is read, and needs room unless it is packed. "
		    "At %s a second that takes %s",
		    size_show(bytes).s, size_show(SPEED).s, time_show(bytes / SPEED + 1).s);
}

const struct question_ops question_space = { "space", ask };
