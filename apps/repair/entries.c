// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/entries.h"

#include <string.h>

#include "base/buf.h"
#include "initrd/initrd.h"

#define ENTRIES "/boot/loader/entries"
#define MAX_ENTRIES 64

static int take(void *arg, const char *name, unsigned type)
{
	struct text_list *list = arg;
	size_t n = strlen(name);

	(void)type;
	if (n > 5 && !strcmp(name + n - 5, ".conf")) {
		char *path STR_AUTO = mem_printf(ENTRIES "/%s", name);

		text_list_add(list, path);
	}
	return list->n == MAX_ENTRIES;
}

int entries_each(struct repair *r,
		 int (*each)(struct repair *r, const void *arg, const char *path, struct err *e),
		 const void *arg, struct err *e)
{
	struct text_list list = { 0 };
	int rc = survey_boot_is_esp(r->first.disk, r->first.sys)
			 ? 0
			 : step_list(r, ENTRIES, take, &list, e);

	for (unsigned i = 0; i < list.n && !rc; i++)
		rc = each(r, arg, list.v[i], e);
	text_list_free(&list);
	return rc;
}
