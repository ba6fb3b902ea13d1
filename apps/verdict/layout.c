// SPDX-License-Identifier: GPL-2.0-or-later
// Several file systems, or LVM: a virtual machine is easier to enlarge with one partition, and it
// can be had.
#include <stdio.h>
#include <string.h>

#include "verdict/verdict.h"

static void ask(struct asked *a)
{
	char text[160];

	if (verdict_one_partition(a->s, a->index, text, sizeof text))
		verdict_say(a, VERDICT_PASS, "", "%s", text);
}

const struct question_ops question_layout = { "layout", ask };

// Is it another file system than that of /?
static bool apart(const struct s_disk *d, const struct s_system *sys, int part)
{
	return survey_carrier(d, (unsigned)part) != survey_carrier(d, (unsigned)sys->part);
}

bool verdict_one_partition(const struct survey *s, int disk, char *text, size_t size)
{
	const struct s_disk *d = &s->disks[disk];
	const struct s_system *sys = survey_system(s, disk);
	struct buf dirs BUF_AUTO = { 0 };
	bool volume, boot;
	unsigned n = 1;
	char why[500];

	if (!sys || !survey_can_join(s, sys, why, sizeof why))
		return false;
	volume = survey_in_lvm(d, sys->part);
	boot = apart(d, sys, sys->boot_part) && !survey_boot_is_esp(d, sys);
	buf_puts(&dirs, "/");
	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const struct s_mount *m = &sys->mounts[i];

		if (!survey_in_tree(d, sys, m) || !apart(d, sys, m->part))
			continue;
		boot &= m->part != sys->boot_part;
		volume |= survey_in_lvm(d, m->part);
		if (++n < 6)
			buf_printf(&dirs, ", %.20s", m->dir);
	}
	if (boot && ++n < 6)
		buf_puts(&dirs, ", /boot");
	if (n < 2 && !volume)
		return false;
	snprintf(text, size, "%s%s can lie in one partition%s: --one-partition", buf_str(&dirs),
		 n < 6 ? "" : " ...", volume ? ", without LVM" : "");
	return true;
}
