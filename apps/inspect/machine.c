// SPDX-License-Identifier: GPL-2.0-or-later
// The machine: DMI, firmware, processors, memory, as the running kernel tells.
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/look.h"

// Makers who did not fill in their DMI tables.
static bool says_nothing(const char *text)
{
	static const char *const empty[] = { "To Be Filled By O.E.M.",
					     "System Product Name",
					     "System manufacturer",
					     "System Serial Number",
					     "Default string",
					     "Not Specified",
					     "None",
					     "0123456789",
					     "Unknown" };

	for (size_t i = 0; i < sizeof(empty) / sizeof(empty[0]); i++)
		if (strcasecmp(text, empty[i]) == 0)
			return true;
	return false;
}

static void dmi(const char *path, char *out, size_t size)
{
	char text[128];

	sysfs_read("", path, text, sizeof(text));
	text_clean(out, size, text, strlen(text));
	if (says_nothing(out))
		*out = '\0';
}

void look_machine(struct s_machine *m)
{
	struct sysinfo info;

	memset(m, 0, sizeof(*m));
	dmi("/sys/class/dmi/id/sys_vendor", m->vendor, sizeof(m->vendor));
	dmi("/sys/class/dmi/id/product_name", m->product, sizeof(m->product));
	dmi("/sys/class/dmi/id/product_serial", m->serial, sizeof(m->serial));
	m->efi = access("/sys/firmware/efi", F_OK) == 0;
	m->acpi = access("/sys/firmware/acpi", F_OK) == 0;
	m->bits = 8 * sizeof(void *);
	m->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (sysinfo(&info) == 0)
		m->memory = (uint64_t)info.totalram * info.mem_unit;
}
