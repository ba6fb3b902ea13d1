// SPDX-License-Identifier: GPL-2.0-or-later
// A domain of libvirt: virsh define, virt-manager. Also what Proxmox's users read the facts from.
#include <string.h>

#include "kit/kit.h"

static void put_system(const struct kit *k, struct buf *out)
{
	if (k->efi)
		buf_puts(out, "  <os firmware='efi'>\n"
			      "    <type arch='x86_64' machine='q35'>hvm</type>\n"
			      "    <firmware>\n"
			      "      <feature enabled='no' name='secure-boot'/>\n"
			      "    </firmware>\n"
			      "  </os>\n");
	else
		buf_puts(out, "  <os>\n"
			      "    <type arch='x86_64' machine='pc'>hvm</type>\n"
			      "  </os>\n");
	buf_printf(out,
		   "  <features>\n"
		   "%s"
		   "    <apic/>\n"
		   "    <pae/>\n"
		   "  </features>\n"
		   "  <cpu mode='host-model'/>\n"
		   "  <clock offset='%s'/>\n",
		   k->no_acpi ? "" : "    <acpi/>\n", k->windows ? "localtime" : "utc");
}

static void put_disk(const struct kit *k, struct buf *out)
{
	static const char *const names[] = {
		[BUS_VIRTIO] = "vda' bus='virtio", [BUS_VIRTIO_SCSI] = "sda' bus='scsi",
		[BUS_SATA] = "sda' bus='sata",	   [BUS_IDE] = "hda' bus='ide",
		[BUS_HYPERV] = "hda' bus='ide",	   [BUS_PVSCSI] = "sda' bus='scsi",
		[BUS_LSI_SAS] = "sda' bus='scsi",  [BUS_LSI] = "sda' bus='scsi",
	};
	char image[512];

	kit_image(k, image, sizeof image);
	buf_printf(out,
		   "    <disk type='file' device='disk'>\n"
		   "      <driver name='qemu' type='%s'/>\n"
		   "      <source file='/var/lib/libvirt/images/",
		   !strcmp(k->format, "vhd") ? "vpc" : k->format);
	quote_xml(out, image);
	buf_printf(out,
		   "'/>\n"
		   "      <target dev='%s'/>\n"
		   "      <boot order='1'/>\n"
		   "    </disk>\n",
		   names[kit_bus(k)]);
	if (kit_bus(k) == BUS_VIRTIO_SCSI)
		buf_puts(out, "    <controller type='scsi' index='0' model='virtio-scsi'/>\n");
}

static void put_card(const struct kit *k, const char *mac, struct buf *out)
{
	buf_puts(out, "    <interface type='network'>\n");
	if (mac) {
		buf_puts(out, "      <mac address='");
		quote_xml(out, mac);
		buf_puts(out, "'/>\n");
	}
	buf_printf(out,
		   "      <source network='default'/>\n"
		   "      <model type='%s'/>\n"
		   "    </interface>\n",
		   kit_nic(k) == NIC_VIRTIO ? "virtio" : "e1000");
}

static void make(const struct kit *k, struct buf *out)
{
	char name[64];

	kit_name(k, name, sizeof name);
	buf_puts(out, "<?xml version='1.0' encoding='UTF-8'?>\n<!-- ");
	quote_xml(out, k->system);
	buf_puts(out, " from ");
	quote_xml(out, k->disk);
	buf_puts(out, ", made by Salvor ");
	quote_xml(out, k->version);
	buf_printf(out,
		   ".\n     Put the image into /var/lib/libvirt/images, or change its path below; "
		   "then: virsh define THIS-FILE -->\n"
		   "<domain type='kvm'>\n"
		   "  <name>%s</name>\n"
		   "  <memory unit='KiB'>%llu</memory>\n"
		   "  <currentMemory unit='KiB'>%llu</currentMemory>\n"
		   "  <vcpu>%u</vcpu>\n",
		   name, (unsigned long long)(kit_memory(k) >> 10),
		   (unsigned long long)(kit_memory(k) >> 10), kit_cpus(k));
	put_system(k, out);
	buf_puts(out, "  <devices>\n");
	put_disk(k, out);
	for (unsigned i = 0; i < k->n_cards; i++)
		put_card(k, k->cards[i].mac, out);
	if (!k->n_cards)
		put_card(k, NULL, out);
	buf_puts(out, "    <serial type='pty'/>\n"
		      "    <console type='pty'/>\n"
		      "    <input type='tablet' bus='usb'/>\n"
		      "    <graphics type='vnc' autoport='yes'/>\n"
		      "    <video>\n"
		      "      <model type='vga'/>\n"
		      "    </video>\n"
		      "  </devices>\n"
		      "</domain>\n");
}

// libvirt has no name for VHDX.
static bool wanted(const struct kit *k)
{
	return strcmp(k->format, "vhdx");
}

const struct kit_ops kit_libvirt = {
	.suffix = ".xml",
	.targets = " kvm cloud ",
	.help = "virsh define: a domain of libvirt",
	.wanted = wanted,
	.make = make,
};
