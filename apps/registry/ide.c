// SPDX-License-Identifier: GPL-2.0-or-later
#include "registry/ide.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "registry/windows.h"

#define IDE_CLASS "{4D36E96A-E325-11CE-BFC1-08002BE10318}"
#define DISK_CLASS "{4D36E967-E325-11CE-BFC1-08002BE10318}"

const struct ide_service ide_services[IDE_N_SERVICES] = {
	[IDE_ATAPI] = { "atapi", "Standard IDE/ESDI Hard Disk Controller", "SCSI miniport", 25 },
	[IDE_INTELIDE] = { "intelide", "IntelIde", "System Bus Extender", 4 },
	[IDE_PCIIDE] = { "pciide", "PCIIde", "System Bus Extender", 3 },
};

const struct ide_device ide_devices[IDE_N_DEVICES] = {
	{ "pci#ven_8086&dev_7010", "intelide", IDE_CLASS },
	{ "pci#ven_8086&dev_7111", "intelide", IDE_CLASS },
	{ "pci#cc_0101", "pciide", IDE_CLASS },
	{ "primary_ide_channel", "atapi", IDE_CLASS },
	{ "secondary_ide_channel", "atapi", IDE_CLASS },
	{ "*pnp0600", "atapi", IDE_CLASS },
	{ "gendisk", "disk", DISK_CLASS },
};

const char *const ide_files[IDE_N_FILES] = {
	[IDE_ATAPI] = "atapi.sys",
	[IDE_INTELIDE] = "intelide.sys",
	[IDE_PCIIDE] = "pciide.sys",
	[IDE_LIBRARY] = "pciidex.sys",
};

// @: the architecture's folder
const char *const ide_stores[] = { "System32/dllcache", "ServicePackFiles/@", "Driver Cache/@",
				   NULL };
const char *const ide_cabinets[] = { "Driver Cache/@/sp4.cab",	  "Driver Cache/@/sp3.cab",
				     "Driver Cache/@/sp2.cab",	  "Driver Cache/@/sp1.cab",
				     "Driver Cache/@/driver.cab", NULL };

static bool is_64(const char *arch)
{
	return !strcmp(arch, "x86_64");
}

bool ide_path(char *path, size_t size, const char *root, const char *store, const char *arch,
	      const char *name)
{
	const char *at = strchr(store, '@');
	int n = snprintf(path, size, "%s/%.*s%s%s%s%s", root, (int)strcspn(store, "@"), store,
			 !at	       ? ""
			 : is_64(arch) ? "amd64"
				       : "i386",
			 at ? at + 1 : "", name ? "/" : "", name ? name : "");

	return n > 0 && (size_t)n < size;
}

bool ide_fits(const struct buf *file, const char *arch)
{
	static const uint8_t magic[4] = { 'P', 'E', 0, 0 };
	const uint8_t *p = (const uint8_t *)file->s;
	uint32_t at;
	uint16_t machine;

	if (file->len < 0x40 || p[0] != 'M' || p[1] != 'Z')
		return false;
	at = le32_get(*(const le32 *)(p + 0x3c));
	if (at > file->len || file->len - at < 6 || memcmp(p + at, magic, sizeof(magic)))
		return false;
	machine = le16_get(*(const le16 *)(p + at + 4));
	return machine == (is_64(arch) ? 0x8664 : 0x14c);
}

// Its driver is there, or will be.
static bool can_run(const struct ide_state *s, unsigned service)
{
	return s->file[service] != IDE_NOWHERE &&
	       (service == IDE_ATAPI || s->file[IDE_LIBRARY] != IDE_NOWHERE);
}

static bool is_to_copy(const struct ide_state *s, unsigned i)
{
	return s->file[i] == IDE_ELSEWHERE || s->file[i] == IDE_IN_CABINET;
}

void ide_curable(const struct ide_state *s, struct ide_cure *c)
{
	*c = (struct ide_cure){ 0 };
	if (!s->known)
		return;
	for (unsigned i = 0; i < IDE_N_SERVICES; i++) {
		if (!can_run(s, i))
			continue;
		c->service[i] = !s->service[i];
		c->copy[i] = is_to_copy(s, i);
		if (i != IDE_ATAPI)
			c->copy[IDE_LIBRARY] = is_to_copy(s, IDE_LIBRARY);
	}
	for (unsigned i = 0; i < IDE_N_DEVICES; i++) {
		bool runs = true; // "disk" is always there

		for (unsigned k = 0; k < IDE_N_SERVICES; k++)
			if (!strcmp(ide_services[k].name, ide_devices[i].service))
				runs = can_run(s, k);
		c->device[i] = !s->device[i] && runs;
	}
	for (unsigned i = 0; i < IDE_N_SERVICES; i++)
		c->registry |= c->service[i];
	for (unsigned i = 0; i < IDE_N_DEVICES; i++)
		c->registry |= c->device[i];
	c->any = c->registry;
	for (unsigned i = 0; i < IDE_N_FILES; i++)
		c->any |= c->copy[i];
}

// One that is there keeps all but when it starts.
static int merge_service(struct hive *h, hive_key services, unsigned i, struct err *e)
{
	const struct ide_service *s = &ide_services[i];
	bool is_new = !hive_find(h, services, s->name);
	hive_key k = hive_make(h, services, s->name, e);
	char path[64];

	if (!k || hive_set_number(h, k, "Start", 0, e))
		return -1;
	if (!is_new)
		return 0;
	snprintf(path, sizeof(path), "System32\\DRIVERS\\%s", ide_files[i]);
	return hive_set_number(h, k, "Type", 1, e) || hive_set_number(h, k, "ErrorControl", 1, e) ||
			       hive_set_number(h, k, "Tag", s->tag, e) ||
			       hive_set_text(h, k, "Group", s->group, false, e) ||
			       hive_set_text(h, k, "DisplayName", s->title, false, e) ||
			       hive_set_text(h, k, "ImagePath", path, true, e)
		       ? -1
		       : 0;
}

static int merge_device(struct hive *h, hive_key known, const struct ide_device *d, struct err *e)
{
	hive_key k = hive_make(h, known, d->name, e);

	return !k || hive_set_text(h, k, "Service", d->service, false, e) ||
			       hive_set_text(h, k, "ClassGUID", d->class, false, e)
		       ? -1
		       : 0;
}

static int merge(struct hive *h, const struct ide_cure *c, struct err *e)
{
	hive_key set = windows_control_set(h);
	hive_key services = hive_find(h, set, "Services"), known = 0;

	if (!services)
		return err_set(e, 0, "SYSTEM: change the registry: it has no services");
	for (unsigned i = 0; i < IDE_N_SERVICES; i++)
		if (c->service[i] && merge_service(h, services, i, e))
			return -1;
	for (unsigned i = 0; i < IDE_N_DEVICES; i++) {
		if (c->device[i] && !known)
			known = hive_make(h, set, "Control\\CriticalDeviceDatabase", e);
		if (c->device[i] && (!known || merge_device(h, known, &ide_devices[i], e)))
			return -1;
	}
	return 0;
}

int ide_merge(const struct buf *system, const struct ide_cure *c, struct buf *out, struct err *e)
{
	struct hive *h;
	int rc;

	if (hive_torn(system))
		return err_set(e, 0,
			       "SYSTEM: change the registry: its last write was cut, and Windows "
			       "would undo what is changed: start and stop it once");
	if (hive_open(&h, system, "SYSTEM", true, e))
		return -1;
	rc = merge(h, c, e) || hive_save(h, out, e) ? -1 : 0;
	hive_close(h);
	return rc;
}
