// SPDX-License-Identifier: GPL-2.0-or-later
// What lies in the boot sector of a disk. The table behind the code is not looked at.
//
// GRUB legacy and GRUB 2 share their messages ("GRUB", "Geom", "Hard Disk", "Read"); legacy has the
// number of its stage 2 interface, 3.2, at 3e, right after the room for a BIOS parameter block.
#include <string.h>

#include "base/buf.h"
#include "inspect/look.h"

#define CODE 440 // bytes before the disk signature

static bool has(const uint8_t *code, const char *text)
{
	return memmem(code, CODE, text, strlen(text)) != NULL;
}

static const char *name_code(const uint8_t *code)
{
	static const uint8_t none[CODE];

	if (memcmp(code, none, CODE) == 0)
		return "none";
	if (has(code, "GRUB") && has(code, "Geom") && has(code, "Read"))
		return code[0x3e] == 3 && code[0x3f] == 2 ? "grub-legacy" : "grub2";
	if (has(code, "isolinux") || has(code, "Operating system load error") ||
	    has(code, "SYSLINUX"))
		return "syslinux";
	if (has(code, "Invalid partition table") || has(code, "BOOTMGR") || has(code, "NTLDR"))
		return "windows";
	return "other";
}

void look_boot_code(struct s_disk *d, struct src *s)
{
	uint8_t sector[512];

	str_copy(d->boot_code, sizeof(d->boot_code), "none");
	if (s && s->size >= sizeof(sector) && src_read(s, 0, sector, sizeof(sector), NULL) == 0)
		str_copy(d->boot_code, sizeof(d->boot_code), name_code(sector));
}
