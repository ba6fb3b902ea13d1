// SPDX-License-Identifier: GPL-2.0-or-later
// Members that their array went on without: they hold old data. Those of one disk are told
// together.
#include <stdio.h>
#include <time.h>

#include "base/buf.h"
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
			if (s->disks[i].parts[k].array == array &&
			    s->disks[i].parts[k].member.events > most)
				most = s->disks[i].parts[k].member.events;
	return most;
}

static void check_disk(struct survey *s, const struct s_disk *d)
{
	struct buf names BUF_AUTO = { 0 }, own BUF_AUTO = { 0 }, others BUF_AUTO = { 0 };
	uint64_t last = 0;
	unsigned n = 0;
	char day[32];

	for (unsigned k = 0; k < d->n; k++) {
		const struct s_part *p = &d->parts[k];

		if (!p->stale || p->is_volume || p->is_subvolume)
			continue;
		buf_printf(&names, "%s%s", n ? ", " : "", s->arrays[p->array].name);
		buf_printf(&own, "%s%llu", n ? "/" : "", (unsigned long long)p->member.events);
		buf_printf(&others, "%s%llu", n ? "/" : "",
			   (unsigned long long)newest_events(s, p->array));
		if (p->member.updated > last)
			last = p->member.updated;
		n++;
	}
	if (n == 0)
		return;
	show_day(last, day);
	finding_add(s, FINDING_WARN, "stale-member", d->disk.path, "",
		    "%s holds old data: %s went on without it since %s (events %s, now %s)",
		    d->disk.path, buf_str(&names), day, buf_str(&own), buf_str(&others));
}

static bool check_detached(struct survey *s, const struct s_disk *d)
{
	for (unsigned k = 0; k < d->n; k++) {
		if (d->parts[k].went_on < 0)
			continue;
		finding_add(s, FINDING_WARN, "stale-member", d->disk.path, "",
			    "%s is the old half of a mirror that %s has left: take it out before "
			    "the machine starts, both carry the same names",
			    d->disk.path, s->disks[d->parts[k].went_on].disk.path);
		return true;
	}
	return false;
}

static void look(struct check_env *env)
{
	for (unsigned i = 0; i < env->s->n_disks; i++)
		if (!check_detached(env->s, &env->s->disks[i]))
			check_disk(env->s, &env->s->disks[i]);
}

const struct check_ops check_stale_member = { "stale-member", look };
