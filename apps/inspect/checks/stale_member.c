// SPDX-License-Identifier: GPL-2.0-or-later
// Members that their array went on without: they hold old data.
#include <stdio.h>
#include <time.h>

#include "inspect/check.h"

static void show_day(uint64_t seconds, char text[32])
{
	time_t t = (time_t)seconds;
	struct tm tm;

	if (!gmtime_r(&t, &tm) || strftime(text, 32, "%Y-%m-%d %H:%M UTC", &tm) == 0)
		snprintf(text, 32, "an unknown day");
}

static uint64_t newest_events(const struct survey *s, int array)
{
	uint64_t most = 0;

	for (unsigned i = 0; i < s->n_disks; i++)
		for (unsigned k = 0; k < s->disks[i].n; k++)
			if (s->disks[i].parts[k].array == array && s->disks[i].parts[k].member.events > most)
				most = s->disks[i].parts[k].member.events;
	return most;
}

static void look(struct check_env *env)
{
	struct survey *s = env->s;

	for (unsigned i = 0; i < s->n_disks; i++) {
		for (unsigned k = 0; k < s->disks[i].n; k++) {
			const struct s_part *p = &s->disks[i].parts[k];
			char day[32];

			if (!p->stale)
				continue;
			show_day(p->member.updated, day);
			finding_add(s, FINDING_WARN, "stale-member", p->path, "",
				    "%s left mirror %s on %s and holds old data: %llu events, the others %llu", p->path,
				    s->arrays[p->array].name, day, (unsigned long long)p->member.events,
				    (unsigned long long)newest_events(s, p->array));
		}
	}
}

const struct check_ops check_stale_member = { "stale-member", look };
