// SPDX-License-Identifier: GPL-2.0-or-later
// What an operator calls the types of partitions.
#include <string.h>

#include "part/part.h"

static const struct {
	uint8_t type;
	const char *name;
} mbr_names[] = {
	{ 0x01, "FAT12" },
	{ 0x04, "FAT16" },
	{ 0x05, "extended" },
	{ 0x06, "FAT16" },
	{ 0x07, "NTFS or exFAT" },
	{ 0x0b, "FAT32" },
	{ 0x0c, "FAT32" },
	{ 0x0e, "FAT16" },
	{ 0x0f, "extended" },
	{ 0x11, "hidden FAT12" },
	{ 0x12, "vendor's diagnostics" },
	{ 0x14, "hidden FAT16" },
	{ 0x16, "hidden FAT16" },
	{ 0x17, "hidden NTFS" },
	{ 0x1b, "hidden FAT32" },
	{ 0x1c, "hidden FAT32" },
	{ 0x27, "Windows recovery" },
	{ 0x42, "Windows dynamic disk" },
	{ 0x82, "Linux swap" },
	{ 0x83, "Linux" },
	{ 0x85, "Linux extended" },
	{ 0x8e, "Linux LVM" },
	{ 0xa5, "FreeBSD" },
	{ 0xa6, "OpenBSD" },
	{ 0xa9, "NetBSD" },
	{ 0xaf, "HFS" },
	{ 0xbe, "Solaris boot" },
	{ 0xbf, "Solaris" },
	{ 0xda, "data without a file system" },
	{ 0xde, "Dell utility" },
	{ 0xee, "GPT" },
	{ 0xef, "EFI system" },
	{ 0xfb, "VMware VMFS" },
	{ 0xfd, "Linux raid autodetect" },
};

static const struct {
	const char *guid, *name;
} gpt_names[] = {
	{ GUID_ESP, "EFI system" },
	{ GUID_BIOS_BOOT, "BIOS boot" },
	{ GUID_LINUX, "Linux" },
	{ GUID_SWAP, "Linux swap" },
	{ GUID_RAID, "Linux RAID" },
	{ GUID_LVM, "Linux LVM" },
	{ "bc13c2ff-59e6-4262-a352-b275fd6f7172", "Linux /boot" },
	{ "933ac7e1-2eb4-4f13-b844-0e14e2aef915", "Linux /home" },
	{ "44479540-f297-41b2-9af7-d131d5f0458a", "Linux root (x86)" },
	{ "4f68bce3-e8cd-4db1-96e7-fbcaf984b709", "Linux root (x86-64)" },
	{ "8da63339-0007-60c0-c436-083ac8230908", "Linux reserved" },
	{ "ca7d7ccb-63ed-4c53-861c-1742536059cc", "LUKS" },
	{ "ebd0a0a2-b9e5-4433-87c0-68b6b72699c7", "Windows data" },
	{ "e3c9e316-0b5c-4db8-817d-f92df00215ae", "Windows reserved" },
	{ "de94bba4-06d1-4d40-a16a-bfd50179d6ac", "Windows recovery" },
	{ "5808c8aa-7e8f-42e0-85d2-e1e90434cfb3", "Windows LDM metadata" },
	{ "af9b60a0-1431-4f62-bc68-3311714a69ad", "Windows LDM data" },
	{ "aa31e02a-400f-11db-9590-000c2911d1b8", "VMware VMFS" },
};

const char *part_type_name(const struct part *p)
{
	if (*p->guid) {
		for (size_t i = 0; i < sizeof(gpt_names) / sizeof(gpt_names[0]); i++)
			if (strcmp(gpt_names[i].guid, p->guid) == 0)
				return gpt_names[i].name;
		return "";
	}
	for (size_t i = 0; i < sizeof(mbr_names) / sizeof(mbr_names[0]); i++)
		if (mbr_names[i].type == p->type)
			return mbr_names[i].name;
	return "";
}
