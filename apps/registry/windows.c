// SPDX-License-Identifier: GPL-2.0-or-later
// Keys of an offline registry: CurrentControlSet is a link that only a running Windows has, Select
// tells which set it would be.
#include "registry/windows.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "registry/ide.h"

#define COMPUTER_CLASS "{4D36E966-E325-11CE-BFC1-08002BE10318}"
#define NETWORK_CLASS "{4D36E972-E325-11CE-BFC1-08002BE10318}"

// The hardware abstraction layers there have ever been: name in the registry, name of the file that
// setup copied to hal.dll.
static const struct hal {
	const char *id, *file, *kind, *name;
} hals[] = {
	{ "acpiapic_mp", "halmacpi.dll", "acpi", "ACPI Multiprocessor PC" },
	{ "acpiapic_up", "halaacpi.dll", "acpi", "ACPI Uniprocessor PC" },
	{ "acpipic_up", "halacpi.dll", "acpi", "Advanced Configuration and Power Interface PC" },
	{ "acpiapic", "", "acpi", "ACPI x64-based PC" },
	{ "e_isa_up", "hal.dll", "standard", "Standard PC" },
	{ "mps_up", "halapic.dll", "mps", "MPS Uniprocessor PC" },
	{ "mps_mp", "halmps.dll", "mps", "MPS Multiprocessor PC" },
	{ "syspro_mp", "halsp.dll", "other", "Compaq SystemPro Multiprocessor PC" },
};

struct reading {
	struct windows *w;
	struct hive *h;
	hive_key set; // ControlSet00N
};

static void lacks(struct windows *w, const char *what)
{
	size_t len = strlen(w->ide);

	snprintf(w->ide + len, sizeof(w->ide) - len, "%s%s", len ? ", " : "", what);
}

void windows_ide_tell(struct windows *w)
{
	const struct ide_state *ide = &w->ide_state;

	w->ide[0] = '\0';
	for (unsigned i = 0; ide->known && i < IDE_N_SERVICES; i++)
		if (!ide->service[i])
			lacks(w, ide_services[i].name);
	for (unsigned i = 0; ide->known && i < IDE_N_DEVICES; i++)
		if (!ide->device[i])
			lacks(w, ide_devices[i].name);
	for (unsigned i = 0; ide->known && i < IDE_N_FILES; i++)
		if (ide->file[i] != IDE_IN_PLACE)
			lacks(w, ide_files[i]);
}

hive_key windows_control_set(struct hive *h)
{
	hive_key select = hive_find(h, hive_root(h), "Select");
	char name[32];
	uint32_t n;

	if (!hive_number(h, select, "Current", &n) && !hive_number(h, select, "Default", &n))
		n = 1;
	snprintf(name, sizeof(name), "ControlSet%03u", n % 1000);
	return hive_find(h, hive_root(h), name);
}

static void read_arch(struct reading *r)
{
	static const char *const names[][2] = {
		{ "x86", "i386" }, { "AMD64", "x86_64" }, { "ARM64", "aarch64" }, { "IA64", "ia64" }
	};
	hive_key k = hive_find(r->h, r->set, "Control\\Session Manager\\Environment");
	char text[16];

	str_copy(r->w->arch, sizeof(r->w->arch), "unknown");
	hive_text(r->h, k, "PROCESSOR_ARCHITECTURE", text, sizeof(text));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcasecmp(names[i][0], text) == 0)
			str_copy(r->w->arch, sizeof(r->w->arch), names[i][1]);
}

static void set_hal(struct windows *w, const struct hal *hal)
{
	str_copy(w->hal, sizeof(w->hal), hal->kind);
	str_copy(w->hal_name, sizeof(w->hal_name), hal->name);
}

// A device below Enum\Root\SOMETHING. Of several computers one is a leftover: the one without ACPI
// is told, which is the careful choice.
static int see_device(void *arg, hive_key key, const char *name)
{
	struct reading *r = arg;
	char text[64];

	(void)name;
	hive_text(r->h, key, "ClassGUID", text, sizeof(text));
	if (strcasecmp(text, COMPUTER_CLASS) != 0)
		return 0;
	hive_text(r->h, key, "HardwareID", text, sizeof(text));
	for (size_t i = 0; i < sizeof(hals) / sizeof(*hals); i++)
		if (strcasecmp(hals[i].id, text) == 0 &&
		    (!*r->w->hal || strcmp(r->w->hal, "acpi") == 0))
			set_hal(r->w, &hals[i]);
	return 0;
}

static int see_root_device(void *arg, hive_key key, const char *name)
{
	(void)name;
	hive_each(((struct reading *)arg)->h, key, see_device, arg);
	return 0;
}

// What the file hal.dll says it was called before it was copied: the only word that cannot be old.
static void hal_by_file(struct windows *w, const struct buf *file)
{
	static const char key[] = "O\0r\0i\0g\0i\0n\0a\0l\0F\0i\0l\0e\0n\0a\0m\0e\0\0";
	const char *p = file->len ? memmem(file->s, file->len, key, sizeof(key)) : NULL;
	char name[32];

	if (!p)
		return;
	p += sizeof(key);
	while (p + 1 < file->s + file->len && p[0] == 0 && p[1] == 0)
		p += 2; // up to a multiple of four
	text_clean16(name, sizeof(name), p, (size_t)(file->s + file->len - p) / 2, 0);
	for (size_t i = 0; i < sizeof(hals) / sizeof(*hals); i++)
		if (*name && strcasecmp(hals[i].file, name) == 0)
			set_hal(w, &hals[i]);
}

static void read_hal(struct reading *r, const struct buf *file)
{
	struct windows *w = r->w;

	hive_each(r->h, hive_find(r->h, r->set, "Enum\\Root"), see_root_device, r);
	hal_by_file(w, file);
	// These exist with ACPI only; their files are called otherwise.
	if (w->major >= 6 || (strcmp(w->arch, "i386") != 0 && strcmp(w->arch, "unknown") != 0))
		str_copy(w->hal, sizeof(w->hal), "acpi");
	if (strcmp(w->hal, "acpi") == 0 && strncasecmp(w->hal_name, "ACPI", 4) != 0 &&
	    strncmp(w->hal_name, "Adv", 3) != 0)
		str_copy(w->hal_name, sizeof(w->hal_name), "ACPI PC");
}

static void read_drivers(struct reading *r)
{
	static const char *const names[] = { "atapi",	 "intelide", "pciide",	"msahci",
					     "storahci", "viostor",  "vioscsi", "netkvm",
					     "vmbus",	 "storvsc",  "pvscsi",	"lsi_sas",
					     "lsi_scsi", "symmpi",   "vmscsi" };
	hive_key services = hive_find(r->h, r->set, "Services");

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		struct windows_driver *d = &r->w->drivers[r->w->n_drivers];
		uint32_t start;

		if (!hive_number(r->h, hive_find(r->h, services, names[i]), "Start", &start))
			continue;
		str_copy(d->name, sizeof(d->name), names[i]);
		d->start = start;
		r->w->n_drivers++;
	}
}

// Since Vista the drivers of such devices need not be known beforehand.
static void read_ide(struct reading *r)
{
	hive_key all = hive_find(r->h, r->set, "Services");
	hive_key known = hive_find(r->h, r->set, "Control\\CriticalDeviceDatabase");
	struct ide_state *ide = &r->w->ide_state;
	uint32_t start;
	char text[64];

	ide->known = r->w->major != 0;
	for (unsigned i = 0; i < IDE_N_SERVICES; i++)
		ide->service[i] = hive_number(r->h, hive_find(r->h, all, ide_services[i].name),
					      "Start", &start) &&
				  start == 0;
	for (unsigned i = 0; i < IDE_N_DEVICES; i++)
		ide->device[i] = r->w->major >= 6 ||
				 hive_text(r->h, hive_find(r->h, known, ide_devices[i].name),
					   "Service", text, sizeof(text));
}

static int see_interface(void *arg, hive_key key, const char *name)
{
	struct reading *r = arg;
	struct windows_address *a = &r->w->addresses[r->w->n_addresses];
	char path[160];
	uint32_t dhcp;

	if (!hive_number(r->h, key, "EnableDHCP", &dhcp) || dhcp ||
	    !hive_text(r->h, key, "IPAddress", a->address, sizeof(a->address)) ||
	    strcmp(a->address, "0.0.0.0") == 0)
		return 0;
	hive_text(r->h, key, "SubnetMask", a->mask, sizeof(a->mask));
	hive_text(r->h, key, "DefaultGateway", a->gateway, sizeof(a->gateway));
	snprintf(path, sizeof(path), "Control\\Network\\" NETWORK_CLASS "\\%.60s\\Connection",
		 name);
	if (!hive_text(r->h, hive_find(r->h, r->set, path), "Name", a->adapter, sizeof(a->adapter)))
		text_clean(a->adapter, sizeof(a->adapter), name, strlen(name));
	return ++r->w->n_addresses == WINDOWS_ADDRESSES;
}

// "Microsoft Windows XP" calls itself so; 11 calls itself 10.
static void read_product(struct windows *w, struct hive *h, hive_key k)
{
	char text[96];
	const char *p = text;

	hive_text(h, k, "ProductName", text, sizeof(text));
	if (strncmp(p, "Microsoft ", 10) == 0)
		p += 10;
	if (w->build >= 22000 && strncmp(p, "Windows 10", 10) == 0)
		text[p - text + 9] = '1';
	if (*p)
		str_copy(w->product, sizeof(w->product), p);
	hive_text(h, k, "CSDVersion", w->service_pack, sizeof(w->service_pack));
}

static void read_version(struct windows *w, struct hive *h)
{
	hive_key k = hive_find(h, hive_root(h), "Microsoft\\Windows NT\\CurrentVersion");
	char text[32];
	uint32_t n;

	if (hive_number(h, k, "CurrentMajorVersionNumber", &n)) {
		w->major = n % 1000;
		hive_number(h, k, "CurrentMinorVersionNumber", &n);
		w->minor = n % 1000;
	} else if (hive_text(h, k, "CurrentVersion", text, sizeof(text))) {
		sscanf(text, "%3u.%3u", &w->major, &w->minor);
	}
	if (hive_text(h, k, "CurrentBuildNumber", text, sizeof(text)) ||
	    hive_text(h, k, "CurrentBuild", text, sizeof(text)))
		sscanf(text, "%7u", &w->build);
	if (w->major)
		snprintf(w->version, sizeof(w->version), "%u.%u.%u", w->major, w->minor, w->build);
	read_product(w, h, k);
}

int windows_read(struct windows *w, const struct buf *system, const struct buf *software,
		 const struct buf *hal, struct err *e)
{
	struct reading r = { .w = w };
	struct hive *second;
	struct err why;

	*w = (struct windows){ .product = "Windows" };
	if (hive_open(&r.h, system, "SYSTEM", false, e))
		return -1;
	r.set = windows_control_set(r.h);
	if (!r.set) {
		hive_close(r.h);
		return err_set(e, 0, "SYSTEM: read the registry: it has no control set");
	}
	if (software->len == 0) {
		str_copy(w->trouble, sizeof(w->trouble), "SOFTWARE: cannot be read");
	} else if (hive_open(&second, software, "SOFTWARE", false, &why)) {
		str_copy(w->trouble, sizeof(w->trouble), why.text);
	} else {
		read_version(w, second);
		hive_close(second);
	}
	w->torn = hive_torn(system);
	read_arch(&r);
	read_hal(&r, hal);
	read_drivers(&r);
	read_ide(&r);
	hive_each(r.h, hive_find(r.h, r.set, "Services\\Tcpip\\Parameters\\Interfaces"),
		  see_interface, &r);
	hive_close(r.h);
	return 0;
}
