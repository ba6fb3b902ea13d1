// SPDX-License-Identifier: GPL-2.0-or-later
// The machine as virt-p2v describes one: virt-v2v -i libvirtxml converts the image from it, should
// ours not be enough. The file is looked for beside this one.
#include <string.h>

#include "kit/kit.h"

static void make(const struct kit *k, struct buf *out)
{
	char name[64], image[512];

	kit_name(k, name, sizeof name);
	kit_image(k, image, sizeof image);
	buf_printf(out,
		   "<?xml version='1.0' encoding='UTF-8'?>\n"
		   "<domain type='physical'>\n"
		   "  <name>%s</name>\n"
		   "  <memory unit='KiB'>%llu</memory>\n"
		   "  <currentMemory unit='KiB'>%llu</currentMemory>\n"
		   "  <vcpu>%u</vcpu>\n"
		   "  <clock offset='%s'/>\n"
		   "  <os%s>\n"
		   "    <type arch='x86_64'>hvm</type>\n"
		   "  </os>\n"
		   "  <features>\n"
		   "%s"
		   "    <apic/>\n"
		   "    <pae/>\n"
		   "  </features>\n"
		   "  <devices>\n"
		   "    <disk type='file' device='disk'>\n"
		   "      <driver name='qemu' type='%s'/>\n"
		   "      <source file='",
		   name, (unsigned long long)(kit_memory(k) >> 10),
		   (unsigned long long)(kit_memory(k) >> 10), kit_cpus(k),
		   k->windows ? "localtime" : "utc", k->efi ? " firmware='efi'" : "",
		   k->no_acpi ? "" : "    <acpi/>\n",
		   !strcmp(k->format, "vhd") ? "vpc" : k->format);
	quote_xml(out, image);
	buf_puts(out, "'/>\n"
		      "      <target dev='sda'/>\n"
		      "    </disk>\n");
	for (unsigned i = 0; i < k->n_cards; i++) {
		buf_puts(out, "    <interface type='network'>\n"
			      "      <mac address='");
		quote_xml(out, k->cards[i].mac);
		buf_printf(out,
			   "'/>\n"
			   "      <source network='default'/>\n"
			   "      <target dev='eth%u'/>\n"
			   "    </interface>\n",
			   i);
	}
	buf_puts(out, "  </devices>\n"
		      "</domain>\n");
}

const struct kit_ops kit_physical = {
	.suffix = ".physical.xml",
	.targets = " kvm hyperv vmware cloud ",
	.help = "virt-v2v -i libvirtxml: should the image not start as it is",
	.make = make,
};
