// SPDX-License-Identifier: GPL-2.0-or-later
// Predictable names of network cards (systemd.net-naming-scheme(7)): which of them a system uses
// depends on its age and on what the firmware tells, so all that it could be are gathered:
//   eno1, em1          its number on the board: acpi_index or index (of SMBIOS)
//   ens3, enp2s0f1     the slot's number, of it or of a bridge above; bus, slot, function
//   enx525400123456    its address
#include "inspect/card_names.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"

struct pci {
	unsigned domain, bus, slot, function;
};

static bool parse_pci(const char *name, struct pci *p)
{
	int n = 0;

	return sscanf(name, "%x:%x:%x.%x%n", &p->domain, &p->bus, &p->slot, &p->function, &n) ==
		       4 &&
	       name[n] == '\0';
}

static void add(struct s_card *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void add(struct s_card *c, const char *fmt, ...)
{
	char name[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof name, fmt, ap);
	va_end(ap);
	if (c->n_names < CARD_NAMES && strlen(name) < sizeof c->names[0])
		strcpy(c->names[c->n_names++], name);
}

static unsigned long number(const char *root, const char *device, const char *file)
{
	char *path STR_AUTO = mem_printf("%s/%s", device, file);
	char text[32];

	sysfs_read(root, path, text, sizeof text);
	return strtoul(text, NULL, 0);
}

// One chip with several functions says so in its header.
static bool multifunction(const char *root, const char *device)
{
	char *path STR_AUTO = mem_printf("%s%s/config", root, device);
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	unsigned char header[64];

	return fd >= 0 && read(fd, header, sizeof header) == sizeof header && header[14] & 0x80;
}

// The number of the slot that holds this bus and device; 0: none.
static unsigned long slot_of(const char *root, const struct pci *p)
{
	char *folder STR_AUTO = mem_printf("%s/sys/bus/pci/slots", root);
	DIR *d = opendir(folder);
	unsigned long found = 0;
	struct dirent *x;

	while (d && !found && (x = readdir(d))) {
		char *path STR_AUTO = mem_printf("/sys/bus/pci/slots/%s/address", x->d_name);
		unsigned domain, bus, slot;
		char text[32];

		if (!isdigit((unsigned char)x->d_name[0]))
			continue;
		sysfs_read(root, path, text, sizeof text);
		if (sscanf(text, "%x:%x:%x", &domain, &bus, &slot) == 3 && domain == p->domain &&
		    bus == p->bus && slot == p->slot)
			found = strtoul(x->d_name, NULL, 10);
	}
	if (d)
		closedir(d);
	return found;
}

// path: of the card's own PCI device, below root. Its parents may be bridges whose slot counts.
static void by_slot(const char *root, const char *path, const char *tail, struct s_card *c)
{
	char *at STR_AUTO = mem_dup(path), *slash;

	while ((slash = strrchr(at, '/'))) {
		unsigned long slot;
		struct pci p;

		if (!parse_pci(slash + 1, &p))
			return;
		slot = slot_of(root, &p);
		if (slot)
			add(c, "ens%lu%s", slot, tail);
		*slash = '\0';
	}
}

static void by_place(const char *root, const char *device, const struct pci *p, struct s_card *c)
{
	char *port_of STR_AUTO = mem_printf("/sys/class/net/%s", c->name);
	unsigned long index = number(root, device, "acpi_index");
	unsigned long port = number(root, port_of, "dev_port");
	char domain[16] = "", tail[48] = "", *end = tail;

	if (!index)
		index = number(root, device, "index");
	if (index) {
		add(c, "eno%lu", index);
		add(c, "em%lu", index);
	}
	if (p->domain)
		snprintf(domain, sizeof domain, "P%u", p->domain);
	if (p->function || multifunction(root, device))
		end += snprintf(tail, sizeof tail, "f%u", p->function);
	if (port)
		snprintf(end, sizeof tail - (size_t)(end - tail), "d%lu", port);
	add(c, "en%sp%us%u%s", domain, p->bus, p->slot, tail);
	by_slot(root, device, tail, c);
}

void card_names(const char *root, struct s_card *c)
{
	char *link STR_AUTO = mem_printf("%s/sys/class/net/%s/device", root, c->name);
	char full[PATH_MAX], *slash;
	struct pci p;

	c->n_names = 0;
	if (realpath(link, full) && !strncmp(full, root, strlen(root))) {
		// a virtio card is a child of its PCI device
		while ((slash = strrchr(full, '/')) && slash > full && !parse_pci(slash + 1, &p))
			*slash = '\0';
		if (slash && slash > full)
			by_place(root, full + strlen(root), &p, c);
	}
	add(c, "enx%.2s%.2s%.2s%.2s%.2s%.2s", c->mac, c->mac + 3, c->mac + 6, c->mac + 9,
	    c->mac + 12, c->mac + 15);
}
