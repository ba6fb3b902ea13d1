// SPDX-License-Identifier: GPL-2.0-or-later
// The machine: DMI, firmware, processors, memory, as the running kernel tells.
#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/card_names.h"
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

// "52:54:00:12:34:56", and not all zeros.
static bool is_mac(const char *text)
{
	bool any = false;

	for (unsigned i = 0; i < 17; i++) {
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((uint8_t)text[i]))
			return false;
		any |= i % 3 != 2 && text[i] != '0';
	}
	return any && text[17] == '\0';
}

// One card, unless it is none of hardware (a bridge, a bond) or no Ethernet.
static void look_card(struct s_machine *m, const char *name)
{
	struct s_card *c = &m->cards[m->n_cards];
	char path[64], text[32];

	snprintf(path, sizeof(path), "/sys/class/net/%.15s/device", name);
	if (access(path, F_OK))
		return;
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/type", name);
	sysfs_read("", path, text, sizeof(text));
	if (strcmp(text, "1") != 0)
		return;
	// In a bond all have one address; its own stands there then.
	snprintf(path, sizeof(path), "/sys/class/net/%.15s/bonding_slave/perm_hwaddr", name);
	sysfs_read("", path, text, sizeof(text));
	if (!is_mac(text)) {
		snprintf(path, sizeof(path), "/sys/class/net/%.15s/address", name);
		sysfs_read("", path, text, sizeof(text));
	}
	if (!is_mac(text))
		return;
	str_copy(c->mac, sizeof(c->mac), text);
	text_clean(c->name, sizeof(c->name), name, strlen(name));
	card_names("", c);
	m->n_cards++;
}

// In the order of their names, which is the order of the kernel's.
static void look_cards(struct s_machine *m)
{
	struct dirent **names;
	int n = scandir("/sys/class/net", &names, NULL, versionsort);

	for (int i = 0; i < n; i++) {
		if (m->n_cards < MACHINE_CARDS)
			look_card(m, names[i]->d_name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
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
	look_cards(m);
}
