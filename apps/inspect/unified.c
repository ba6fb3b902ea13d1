// SPDX-License-Identifier: GPL-2.0-or-later
// PE: "PE Format" of Microsoft's documentation; the sections: The UAPI Group, "UKI". A kernel that
// is itself a program for UEFI has sections, too, but none of these.
#include "inspect/unified.h"

#include <string.h>

#include "base/endian.h"

#define SECTIONS_MAX 96 // of the format

struct dos_head {
	char magic[2];	       // 00  "MZ"
	uint8_t between[0x3a]; // 02
	le32 pe;	       // 3c  where the next one lies
};
_Static_assert(sizeof(struct dos_head) == 0x40, "DOS header");

struct pe_head {
	char magic[4];	     // 00  "PE\0\0"
	le16 machine;	     // 04
	le16 sections;	     // 06
	uint8_t between[12]; // 08
	le16 optional;	     // 14  bytes of the header behind this one
	le16 flags;	     // 16
};
_Static_assert(sizeof(struct pe_head) == 0x18, "PE header");

struct pe_section {
	char name[8];	    // 00
	le32 len;	    // 08  bytes in memory: of these sections those that count
	le32 address;	    // 0c
	le32 len_on_disk;   // 10  rounded up
	le32 off;	    // 14
	uint8_t behind[16]; // 18
};
_Static_assert(sizeof(struct pe_section) == 0x28, "PE section");

static const char names[UNIFIED_SECTIONS][8] = {
	[UNIFIED_LINUX] = ".linux", [UNIFIED_INITRD] = ".initrd", [UNIFIED_CMDLINE] = ".cmdline",
	[UNIFIED_UNAME] = ".uname", [UNIFIED_OSREL] = ".osrel",
};

static void take(const struct pe_section *p, struct unified *u)
{
	uint64_t len = le32_get(p->len), on_disk = le32_get(p->len_on_disk);

	for (int s = 0; s < UNIFIED_SECTIONS; s++) {
		// of several, for other ways to start it, the first is what starts by itself
		if (u->len[s] || strncmp(p->name, names[s], sizeof p->name))
			continue;
		u->off[s] = le32_get(p->off);
		u->len[s] = len && len < on_disk ? len : on_disk;
	}
}

bool unified_read(struct view file, struct unified *u)
{
	const struct dos_head *dos = view_at(file, 0, sizeof *dos);
	const struct pe_head *pe;
	uint64_t at;

	*u = (struct unified){ 0 };
	if (!dos || memcmp(dos->magic, "MZ", 2))
		return false;
	at = le32_get(dos->pe);
	pe = view_at(file, at, sizeof *pe);
	if (!pe || memcmp(pe->magic, "PE\0\0", 4) || le16_get(pe->sections) > SECTIONS_MAX)
		return false;
	at += sizeof *pe + le16_get(pe->optional);
	for (unsigned i = 0; i < le16_get(pe->sections); i++, at += sizeof(struct pe_section)) {
		const struct pe_section *p = view_at(file, at, sizeof *p);

		if (!p)
			return false;
		take(p, u);
	}
	return u->len[UNIFIED_LINUX];
}

struct view unified_section(const struct unified *u, struct view file, enum unified_section s)
{
	return view_sub(file, u->off[s], u->len[s]);
}
