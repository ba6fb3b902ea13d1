// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/as_vm.h"

#include "verdict/verdict.h"

#define WIDTH 75

static bool has_system(const struct survey *s, unsigned disk)
{
	for (unsigned i = 0; i < s->n_systems; i++)
		if (s->systems[i].disk == (int)disk)
			return true;
	return false;
}

static int choose(const struct survey *s)
{
	int found = survey_survivor(s, NULL), n = 0;

	for (unsigned i = 0; found < 0 && n < 2 && i < s->n_disks; i++)
		if (has_system(s, i) && !n++)
			found = (int)i;
	return n < 2 ? found : -1;
}

void as_vm_text(const struct survey *s, struct buf *out)
{
	int disk = choose(s);

	if (disk < 0 || !has_system(s, (unsigned)disk))
		return;
	buf_puts(out, "\n");
	verdict_all_text(s, disk, WIDTH, out);
}

void as_vm_json(const struct survey *s, struct json *j)
{
	json_array(j, "targets");
	for (unsigned i = 0; i < s->n_disks; i++) {
		if (!has_system(s, i))
			continue;
		json_object(j, NULL);
		json_text(j, "disk", s->disks[i].disk.path);
		verdict_all_json(s, (int)i, j, "verdicts");
		json_end_object(j);
	}
	json_end_array(j);
}
