// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the members, and what they agree on.
#include "kit/kit.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/size.h"

#define UNKNOWN_MEMORY (2ull << 30)
#define LEAST_MEMORY (256ull << 20)
#define MOST_MEMORY (1ull << 62)

static const struct kit_ops *const members[] = {
#define X(n) &kit_##n,
#include "kit/list.h"
#undef X
};

// libvirt has no name for VHDX.
const char *kit_formats(const char *target)
{
	static const char *const formats[][2] = {
		{ "kvm", "qcow2 raw vhd vmdk" },
		{ "hyperv", "vhdx vhd" },
		{ "vmware", "vmdk" },
		{ "cloud", "qcow2 raw vhd vhdx vmdk" },
		{ "none", "qcow2 raw vhd vhdx vmdk" },
	};

	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++)
		if (!strcmp(formats[i][0], target))
			return formats[i][1];
	return NULL;
}

const struct kit_ops *kit_next(const struct kit *k, unsigned *at)
{
	char word[24];

	snprintf(word, sizeof word, " %.20s ", k->target);
	while (*at < sizeof members / sizeof *members) {
		const struct kit_ops *m = members[(*at)++];

		if (strstr(m->targets, word) && (!m->wanted || m->wanted(k)))
			return m;
	}
	return NULL;
}

uint64_t kit_memory(const struct kit *k)
{
	uint64_t step = LEAST_MEMORY, memory = k->memory < MOST_MEMORY ? k->memory : MOST_MEMORY;

	if (!memory)
		return UNKNOWN_MEMORY;
	while (step < memory / 16)
		step *= 2;
	return (memory - 1) / step * step + step;
}

unsigned kit_cpus(const struct kit *k)
{
	return k->cpus ? k->cpus : 1;
}

void kit_image(const struct kit *k, char *name, size_t size)
{
	size_t len;

	str_copy(name, size, k->image);
	len = strlen(name);
	if (k->packed && len > 4 && !strcmp(name + len - 4, ".zst"))
		name[len - 4] = '\0';
}

void kit_name(const struct kit *k, char *name, size_t size)
{
	const char *dot = strrchr(k->image, '.');
	size_t n = 0, end = dot && dot > k->image ? (size_t)(dot - k->image) : strlen(k->image);

	if (k->packed && end > 4 && !strncmp(k->image + end - 4, ".raw", 4))
		end -= 4; // web01.raw.zst
	for (size_t i = 0; i < end && n + 1 < size && n < 60; i++) {
		unsigned char c = (unsigned char)k->image[i];

		if ((c & 0xc0) != 0x80) // of a longer character, one '_'
			name[n++] = c < 0x80 && (isalnum(c) || strchr("-._", c)) ? (char)c : '_';
	}
	name[n] = '\0';
	if (!n || strspn(name, "-._") == n)
		str_copy(name, size, "salvor");
	else if (name[0] == '-' || name[0] == '.')
		name[0] = '_';
}

// The first for 32 bits, the second for 64.
const struct kit_guest *kit_guest(const struct kit *k)
{
	static const struct kit_guest others[] = { { "otherlinux", "otherLinuxGuest", 36 },
						   { "otherlinux-64", "otherLinux64Guest", 101 } };
	static const struct {
		unsigned from; // this version of Windows NT on
		struct kit_guest guest[2];
	} windows[] = {
		{ 100,
		  { { "windows9", "windows9Guest", 1 },
		    { "windows9-64", "windows9_64Guest", 1 } } },
		{ 62,
		  { { "windows8", "windows8Guest", 1 },
		    { "windows8-64", "windows8_64Guest", 1 } } },
		{ 61,
		  { { "windows7", "windows7Guest", 105 },
		    { "windows7-64", "windows7_64Guest", 105 } } },
		{ 60,
		  { { "longhorn", "winLonghornGuest", 76 },
		    { "longhorn-64", "winLonghorn64Guest", 77 } } },
		{ 52,
		  { { "winnetstandard", "winNetStandardGuest", 69 },
		    { "winnetstandard-64", "winNetStandard64Guest", 70 } } },
		{ 51,
		  { { "winxppro", "winXPProGuest", 67 },
		    { "winxppro-64", "winXPPro64Guest", 68 } } },
		{ 50,
		  { { "win2000serv", "win2000ServGuest", 58 },
		    { "win2000serv", "win2000ServGuest", 58 } } },
		{ 0, { { "winnt", "winNTGuest", 1 }, { "winnt", "winNTGuest", 1 } } },
	};

	for (size_t i = 0; k->windows; i++)
		if (k->nt >= windows[i].from)
			return &windows[i].guest[k->bits_64];
	return &others[k->bits_64];
}

enum kit_bus kit_bus(const struct kit *k)
{
	static const struct {
		const char *name;
		enum kit_bus bus;
	} names[] = {
		{ "virtio disk", BUS_VIRTIO }, { "virtio SCSI", BUS_VIRTIO_SCSI },
		{ "SATA", BUS_SATA },	       { "IDE", BUS_IDE },
		{ "PVSCSI", BUS_PVSCSI },      { "LSI Logic SAS", BUS_LSI_SAS },
		{ "LSI Logic", BUS_LSI },      { "Hyper-V storage", BUS_HYPERV },
	};

	for (size_t i = 0; k->bus && i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, k->bus))
			return names[i].bus;
	return k->efi ? BUS_SATA : BUS_IDE;
}

enum kit_nic kit_nic(const struct kit *k)
{
	static const struct {
		const char *name;
		enum kit_nic nic;
	} names[] = {
		{ "virtio", NIC_VIRTIO },
		{ "e1000", NIC_E1000 },
		{ "E1000", NIC_E1000 },
		{ "VMXNET 3", NIC_VMXNET3 },
		{ "flexible", NIC_PCNET },
		{ "Hyper-V network", NIC_HYPERV },
		{ "legacy network adapter", NIC_TULIP },
	};

	for (size_t i = 0; k->card && i < sizeof names / sizeof *names; i++)
		if (!strcmp(names[i].name, k->card))
			return names[i].nic;
	// Generation 2 has no other.
	return strcmp(k->target, "hyperv") ? NIC_E1000
	       : k->efi || k->windows	   ? NIC_HYPERV
					   : NIC_TULIP;
}

// SATA, and disks beyond 2 TiB, came with ESXi 5.5 and Workstation 10.
unsigned kit_vmware_version(const struct kit *k)
{
	return kit_bus(k) == BUS_SATA || k->disk_size > 2ull << 40 ? 10 : 8;
}
