// SPDX-License-Identifier: GPL-2.0-or-later
// What several checks ask: names of devices in the configuration of installed systems, kinds of
// partitions.
#include <ctype.h>
#include <string.h>

#include "inspect/check.h"

bool is_md_name(const char *spec)
{
	return strncmp(spec, "/dev/md", 7) == 0 &&
	       (isdigit((uint8_t)spec[7]) || spec[7] == '/' || spec[7] == '_');
}

// A whole disk or a partition of it under the name that the kernel happened to give.
bool is_disk_name(const char *spec)
{
	static const char *const prefixes[] = { "/dev/sd", "/dev/hd", "/dev/vd", "/dev/xvd" };

	if (strncmp(spec, "/dev/nvme", 9) == 0 || strncmp(spec, "/dev/cciss/", 11) == 0)
		return true;
	for (size_t i = 0; i < sizeof(prefixes) / sizeof(prefixes[0]); i++) {
		size_t len = strlen(prefixes[i]);

		if (strncmp(spec, prefixes[i], len) == 0 && islower((uint8_t)spec[len]))
			return true;
	}
	return false;
}

bool disk_has_type(const struct s_disk *d, const char *type)
{
	for (unsigned i = 0; i < d->n; i++)
		if (strcmp(part_type_name(&d->parts[i].part), type) == 0)
			return true;
	return false;
}

bool disk_has_efi(const struct s_disk *d)
{
	return d->efi.there || disk_has_type(d, "EFI system");
}

bool first_on_disk(const struct survey *s, unsigned system)
{
	for (unsigned i = 0; i < system; i++)
		if (s->systems[i].boot_disk == s->systems[system].boot_disk)
			return false;
	return true;
}

bool survey_starts_by_efi(const struct s_disk *d)
{
	if (d->efi.there)
		return !strcmp(d->boot_code, "none");
	for (unsigned i = 0; i < d->table.n; i++)
		if (!strcmp(d->table.p[i].guid, GUID_ESP) ||
		    (!strcmp(d->table.kind, "mbr") && d->table.p[i].type == 0xef))
			return !strcmp(d->boot_code, "none");
	return false;
}
