// SPDX-License-Identifier: GPL-2.0-or-later
// An OVF descriptor (DMTF DSP0243, version 1.1, which everything reads): VMware and VirtualBox
// import the machine together with the disk. Resource types are those of CIM's schema.
#include "kit/kit.h"

enum { CPU = 3, MEMORY = 4, IDE = 5, SCSI = 6, NETWORK = 10, DISK = 17, SATA = 20 };

static const char head[] =
	"<?xml version='1.0' encoding='UTF-8'?>\n"
	"<Envelope xmlns='http://schemas.dmtf.org/ovf/envelope/1'\n"
	"          xmlns:ovf='http://schemas.dmtf.org/ovf/envelope/1'\n"
	"          xmlns:rasd='http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
	"CIM_ResourceAllocationSettingData'\n"
	"          xmlns:vssd='http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
	"CIM_VirtualSystemSettingData'\n"
	"          xmlns:vmw='http://www.vmware.com/schema/ovf'>\n";

static void put_files(const struct kit *k, struct buf *out)
{
	buf_puts(out, "  <References>\n    <File ovf:id='file1' ovf:href='");
	quote_uri(out, k->image);
	buf_printf(out,
		   "' ovf:size='%llu'/>\n"
		   "  </References>\n"
		   "  <DiskSection>\n"
		   "    <Info>The disk</Info>\n"
		   "    <Disk ovf:diskId='disk1' ovf:fileRef='file1' ovf:capacity='%llu'\n"
		   "          ovf:format='http://www.vmware.com/interfaces/specifications/"
		   "vmdk.html#%s'/>\n"
		   "  </DiskSection>\n"
		   "  <NetworkSection>\n"
		   "    <Info>Networks</Info>\n"
		   "    <Network ovf:name='VM Network'>\n"
		   "      <Description>The network of the machine</Description>\n"
		   "    </Network>\n"
		   "  </NetworkSection>\n",
		   (unsigned long long)k->file_size, (unsigned long long)k->disk_size,
		   k->packed ? "streamOptimized" : "sparse");
}

struct item {
	unsigned id;
	int type;
	const char *name;
	const char *subtype; // "" and NULL: without
	const char *address, *units, *connection, *disk;
	int parent, quantity, port; // -1: without
};

static void put_text(struct buf *out, const char *name, const char *text)
{
	if (!text || !*text)
		return;
	buf_printf(out, "        <rasd:%s>", name);
	quote_xml(out, text);
	buf_printf(out, "</rasd:%s>\n", name);
}

static void put_number(struct buf *out, const char *name, int n)
{
	if (n >= 0)
		buf_printf(out, "        <rasd:%s>%d</rasd:%s>\n", name, n, name);
}

// The schema wants them in the order of the alphabet.
static void put_item(struct buf *out, const struct item *i)
{
	buf_puts(out, "      <Item>\n");
	put_text(out, "Address", i->address);
	put_number(out, "AddressOnParent", i->port);
	put_text(out, "AllocationUnits", i->units);
	if (i->connection)
		buf_puts(out,
			 "        <rasd:AutomaticAllocation>true</rasd:AutomaticAllocation>\n");
	put_text(out, "Connection", i->connection);
	put_text(out, "ElementName", i->name);
	put_text(out, "HostResource", i->disk);
	put_number(out, "InstanceID", (int)i->id);
	put_number(out, "Parent", i->parent);
	put_text(out, "ResourceSubType", i->subtype);
	put_number(out, "ResourceType", i->type);
	put_number(out, "VirtualQuantity", i->quantity);
	buf_puts(out, "      </Item>\n");
}

static void put_disk(const struct kit *k, struct buf *out)
{
	static const struct {
		int type;
		const char *subtype, *name;
	} ways[] = {
		[BUS_VIRTIO] = { IDE, "", "IDE" },
		[BUS_VIRTIO_SCSI] = { SCSI, "lsilogic", "SCSI" },
		[BUS_SATA] = { SATA, "vmware.sata.ahci", "SATA" },
		[BUS_IDE] = { IDE, "", "IDE" },
		[BUS_HYPERV] = { IDE, "", "IDE" },
		[BUS_PVSCSI] = { SCSI, "VirtualSCSI", "SCSI" },
		[BUS_LSI_SAS] = { SCSI, "lsilogicsas", "SCSI" },
		[BUS_LSI] = { SCSI, "lsilogic", "SCSI" },
	};
	enum kit_bus bus = kit_bus(k);

	put_item(out, &(struct item){ .id = 3,
				      .type = ways[bus].type,
				      .name = ways[bus].name,
				      .subtype = ways[bus].subtype,
				      .address = "0",
				      .parent = -1,
				      .quantity = -1,
				      .port = -1 });
	put_item(out, &(struct item){ .id = 4,
				      .type = DISK,
				      .name = "Disk",
				      .disk = "ovf:/disk/disk1",
				      .parent = 3,
				      .quantity = -1,
				      .port = 0 });
}

static void put_cards(const struct kit *k, struct buf *out)
{
	const char *device = kit_nic(k) == NIC_VMXNET3 ? "VmxNet3"
			     : kit_nic(k) == NIC_PCNET ? "PCNet32"
						       : "E1000";

	for (unsigned i = 0; i < k->n_cards || i == 0; i++)
		put_item(out, &(struct item){ .id = 5 + i,
					      .type = NETWORK,
					      .name = "Network card",
					      .subtype = device,
					      .address = i < k->n_cards ? k->cards[i].mac : NULL,
					      .connection = "VM Network",
					      .parent = -1,
					      .quantity = -1,
					      .port = (int)i });
}

static void put_hardware(const struct kit *k, const char *name, struct buf *out)
{
	buf_printf(out,
		   "    <VirtualHardwareSection>\n"
		   "      <Info>The machine</Info>\n"
		   "      <System>\n"
		   "        <vssd:ElementName>Machine</vssd:ElementName>\n"
		   "        <vssd:InstanceID>0</vssd:InstanceID>\n"
		   "        <vssd:VirtualSystemIdentifier>%s</vssd:VirtualSystemIdentifier>\n"
		   "        <vssd:VirtualSystemType>vmx-%02u</vssd:VirtualSystemType>\n"
		   "      </System>\n",
		   name, kit_vmware_version(k));
	put_item(out, &(struct item){ .id = 1,
				      .type = CPU,
				      .name = "Processors",
				      .units = "hertz * 10^6",
				      .parent = -1,
				      .quantity = (int)kit_cpus(k),
				      .port = -1 });
	put_item(out, &(struct item){ .id = 2,
				      .type = MEMORY,
				      .name = "Memory",
				      .units = "byte * 2^20",
				      .parent = -1,
				      .quantity = (int)(kit_memory(k) >> 20),
				      .port = -1 });
	put_disk(k, out);
	put_cards(k, out);
	if (k->efi)
		buf_puts(out, "      <vmw:Config ovf:required='false' vmw:key='firmware' "
			      "vmw:value='efi'/>\n");
	buf_puts(out, "    </VirtualHardwareSection>\n");
}

static void make(const struct kit *k, struct buf *out)
{
	const struct kit_guest *guest = kit_guest(k);
	char name[64];

	kit_name(k, name, sizeof name);
	buf_puts(out, head);
	put_files(k, out);
	buf_printf(out,
		   "  <VirtualSystem ovf:id='%s'>\n"
		   "    <Info>Made by Salvor</Info>\n"
		   "    <Name>%s</Name>\n"
		   "    <AnnotationSection>\n"
		   "      <Info>Where it comes from</Info>\n"
		   "      <Annotation>",
		   name, name);
	quote_xml(out, k->system);
	buf_puts(out, " from ");
	quote_xml(out, k->disk);
	buf_printf(out,
		   "</Annotation>\n"
		   "    </AnnotationSection>\n"
		   "    <OperatingSystemSection ovf:id='%u' vmw:osType='%s'>\n"
		   "      <Info>The system</Info>\n"
		   "      <Description>",
		   guest->cim, guest->ovf);
	quote_xml(out, k->system);
	buf_puts(out, "</Description>\n"
		      "    </OperatingSystemSection>\n");
	put_hardware(k, name, out);
	buf_puts(out, "  </VirtualSystem>\n"
		      "</Envelope>\n");
}

const struct kit_ops kit_ovf = {
	.suffix = ".ovf",
	.targets = " vmware ",
	.help = "VMware, VirtualBox: import it, the image lies beside it",
	.make = make,
};
