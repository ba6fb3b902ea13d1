// SPDX-License-Identifier: GPL-2.0-or-later
// A machine of VMware's hosted products and of ESXi. Only for a disk that can be started as it is:
// a stream-optimized one is for import, by the OVF.
#include <string.h>

#include "kit/kit.h"

static void put(struct buf *out, const char *key, const char *value)
{
	buf_printf(out, "%s = ", key);
	quote_vmx(out, value);
	buf_puts(out, "\n");
}

static void put_number(struct buf *out, const char *key, unsigned long long n)
{
	buf_printf(out, "%s = \"%llu\"\n", key, n);
}

static void put_disk(const struct kit *k, struct buf *out)
{
	static const struct {
		const char *port, *device;
	} ways[] = {
		[BUS_VIRTIO] = { "ide0", NULL },
		[BUS_VIRTIO_SCSI] = { "scsi0", "lsilogic" },
		[BUS_SATA] = { "sata0", NULL },
		[BUS_IDE] = { "ide0", NULL },
		[BUS_HYPERV] = { "ide0", NULL },
		[BUS_PVSCSI] = { "scsi0", "pvscsi" },
		[BUS_LSI_SAS] = { "scsi0", "lsisas1068" },
		[BUS_LSI] = { "scsi0", "lsilogic" },
	};
	const char *port = ways[kit_bus(k)].port, *device = ways[kit_bus(k)].device;

	if (strncmp(port, "ide", 3)) // IDE is always there
		buf_printf(out, "%s.present = \"TRUE\"\n", port);
	if (device)
		buf_printf(out, "%s.virtualDev = \"%s\"\n", port, device);
	buf_printf(out, "%s:0.present = \"TRUE\"\n%s:0.fileName = ", port, port);
	quote_vmx(out, k->image);
	buf_puts(out, "\n");
}

static void put_cards(const struct kit *k, struct buf *out)
{
	const char *device = kit_nic(k) == NIC_VMXNET3 ? "vmxnet3"
			     : kit_nic(k) == NIC_PCNET ? "vlance"
						       : "e1000";

	for (unsigned i = 0; i < k->n_cards || i == 0; i++) {
		buf_printf(out,
			   "ethernet%u.present = \"TRUE\"\n"
			   "ethernet%u.virtualDev = \"%s\"\n"
			   "ethernet%u.connectionType = \"bridged\"\n",
			   i, i, device, i);
		if (i >= k->n_cards) {
			buf_printf(out, "ethernet%u.addressType = \"generated\"\n", i);
			continue;
		}
		buf_printf(out,
			   "ethernet%u.addressType = \"static\"\n"
			   "ethernet%u.checkMACAddress = \"FALSE\"\n"
			   "ethernet%u.address = ",
			   i, i, i);
		quote_vmx(out, k->cards[i].mac);
		buf_puts(out, "\n");
	}
}

static void make(const struct kit *k, struct buf *out)
{
	char name[64];

	kit_name(k, name, sizeof name);
	put(out, ".encoding", "UTF-8");
	put(out, "config.version", "8");
	put_number(out, "virtualHW.version", kit_vmware_version(k));
	put(out, "displayName", name);
	put(out, "annotation", k->system);
	put(out, "guestOS", kit_guest(k)->vmx);
	if (k->efi) { // BIOS where nothing is said
		put(out, "firmware", "efi");
		put(out, "uefi.secureBoot.enabled", "FALSE");
	}
	if (k->no_acpi)
		put(out, "acpi.present", "FALSE");
	put_number(out, "memsize", kit_memory(k) >> 20);
	put_number(out, "numvcpus", kit_cpus(k));
	put(out, "pciBridge0.present", "TRUE");
	// A port for each card that is attached by PCI Express
	for (unsigned i = 4; i < 8; i++)
		buf_printf(out,
			   "pciBridge%u.present = \"TRUE\"\n"
			   "pciBridge%u.virtualDev = \"pcieRootPort\"\n"
			   "pciBridge%u.functions = \"8\"\n",
			   i, i, i);
	put_disk(k, out);
	put_cards(k, out);
	put(out, "floppy0.present", "FALSE"); // else there is one, of the host's
}

static bool wanted(const struct kit *k)
{
	return !k->packed;
}

const struct kit_ops kit_vmx = {
	.suffix = ".vmx",
	.targets = " vmware ",
	.help = "VMware Workstation, Player, Fusion: open it",
	.wanted = wanted,
	.make = make,
};
