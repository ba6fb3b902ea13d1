// SPDX-License-Identifier: GPL-2.0-or-later
// File systems that fstab mounts from disks which do not come along, or are not here at all.
#include <string.h>

#include "verdict/verdict.h"

// By these the step fstab knows what a line means.
static bool of_a_disk(const char *spec)
{
	struct survey_tag tag;
	size_t n;

	if (survey_tag(spec, &tag) || !strncmp(spec, "/dev/md", 7))
		return true;
	return survey_part_number(spec, &n) > 0;
}

static bool has_word(const char *words, const char *word)
{
	size_t n = strlen(word);

	for (const char *p = words; (p = strstr(p, word)); p += n)
		if ((p == words || p[-1] == ',') && (!p[n] || p[n] == ','))
			return true;
	return false;
}

static void ask(struct asked *a)
{
	unsigned n = 0;
	const char *first = "";

	for (unsigned i = 0; a->sys && i < a->sys->n_mounts; i++) {
		const struct s_mount *m = &a->sys->mounts[i];

		if (m->disk == a->index || !strcmp(m->dir, "/") ||
		    (m->disk < 0 && !of_a_disk(m->spec)))
			continue;
		// what a start does not wait for stays in fstab
		if (has_word(m->options, "noauto") || has_word(m->options, "nofail"))
			continue;
		// the twin's half of a mirror is not another disk
		if (m->disk >= 0 && a->s->disks[m->disk].parts[m->part].is_member)
			continue;
		if (!n++)
			first = m->dir[0] == '/' ? m->dir : m->spec;
	}
	if (n)
		verdict_say(a, VERDICT_WARN, "commented out in fstab",
			    "%.100s%s on another disk, which does not come along", first,
			    n > 1 ? " and more lie" : " lies");
}

const struct question_ops question_disks = { "disks", ask };
