// SPDX-License-Identifier: GPL-2.0-or-later
// ISO 9660, recognised only (ECMA-119, 8.4, primary volume descriptor at 32 KiB): how the boot
// medium is known.
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"

struct iso_volume {
	uint8_t type;	     // 000  1: primary
	uint8_t id[5];	     // 001  "CD001"
	uint8_t version[2];  // 006
	uint8_t system[32];  // 008
	char volume[32];     // 028  label
	uint8_t zero[8];     // 048
	le32 blocks;	     // 050
	be32 blocks_be;	     // 054
	uint8_t between[40]; // 058
	le16 block;	     // 080  bytes
	uint8_t rest[683];   // 082
	char created[17];    // 32d  "YYYYMMDDHHMMSScc" and the time zone
	char modified[17];   // 33e
};
_Static_assert(offsetof(struct iso_volume, created) == 0x32d, "ISO 9660 volume descriptor");

// The time of the last change serves as UUID, of creation when that is unset.
static void show_uuid(char text[40], const struct iso_volume *v)
{
	const char *t = v->modified;

	for (int k = 0; k < 2; k++, t = v->created) {
		int digits = 0;

		for (int d = 0; d < 16; d++)
			digits += t[d] >= '0' && t[d] <= '9';
		if (digits == 16 && memcmp(t, "0000000000000000", 16) != 0) {
			snprintf(text, 40, "%.4s-%.2s-%.2s-%.2s-%.2s-%.2s-%.2s", t, t + 4, t + 6,
				 t + 8, t + 10, t + 12, t + 14);
			return;
		}
	}
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct iso_volume v;
	int r = probe_read(s, 32 * KIB, &v, sizeof(v), e);

	if (r <= 0)
		return r;
	if (v.type != 1 || memcmp(v.id, "CD001", 5) != 0)
		return 0;
	probe_begin(i, "iso9660");
	text_clean(i->label, sizeof(i->label), v.volume, sizeof(v.volume));
	show_uuid(i->uuid, &v);
	i->block = le16_get(v.block);
	i->size = probe_bytes(le32_get(v.blocks), i->block);
	i->used = i->size;
	probe_size(s, i);
	return 1;
}

const struct fs_ops fsmap_iso9660 = { .name = "iso9660", .probe = probe };
