// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/crypttab.h"

#include <stdio.h>
#include <string.h>

// Whether the system's udev makes links by the numbers of partitions: since 2012 or so.
static bool has_links(struct repair *r)
{
	static const char *const rules[] = { "/lib/udev/rules.d/60-persistent-storage.rules",
					     "/usr/lib/udev/rules.d/60-persistent-storage.rules" };

	for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
		struct buf text BUF_AUTO = { 0 };
		struct err ignored;
		bool there;

		if (!step_read(r, rules[i], &text, &there, &ignored) && there &&
		    strstr(buf_str(&text), "by-partuuid"))
			return true;
	}
	return false;
}

void crypttab_name(struct repair *r, int part, char *out, size_t size)
{
	const struct s_part *sp = &r->first.disk->parts[part];

	if (sp->has_fs && !strcmp(sp->fs.type, "crypto_LUKS") && sp->fs.uuid[0])
		snprintf(out, size, "UUID=%s", sp->fs.uuid);
	else if (sp->part.id[0] && has_links(r))
		snprintf(out, size, "/dev/disk/by-partuuid/%s", sp->part.id);
	else
		names_device(&r->names, sp->part.number, out, size);
}
