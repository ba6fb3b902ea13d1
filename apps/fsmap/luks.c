// SPDX-License-Identifier: GPL-2.0-or-later
// LUKS, recognised only (cryptsetup: LUKS1 on-disk format 1.2.3, LUKS2 on-disk format 1.1): what is
// inside cannot be read without the pass phrase.
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"

struct luks {
	uint8_t magic[6];    // 00  "LUKS" ba be
	be16 version;	     // 06  1 or 2
	be64 header_size;    // 08  version 2 only, as is the label
	be64 sequence;	     // 10
	char label[48];	     // 18
	uint8_t between[96]; // 48
	char uuid[40];	     // a8
};
_Static_assert(sizeof(struct luks) == 0xd0, "LUKS header");

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct luks h;
	int r = probe_read(s, 0, &h, sizeof(h), e);

	if (r <= 0)
		return r;
	if (memcmp(h.magic, "LUKS\xba\xbe", 6) != 0 || be16_get(h.version) < 1 ||
	    be16_get(h.version) > 2)
		return 0;
	probe_begin(i, "crypto_LUKS");
	text_clean(i->uuid, sizeof(i->uuid), h.uuid, sizeof(h.uuid));
	if (be16_get(h.version) == 2)
		text_clean(i->label, sizeof(i->label), h.label, sizeof(h.label));
	i->size = s->size;
	snprintf(i->note, sizeof(i->note), "encrypted, LUKS %u", be16_get(h.version));
	return 1;
}

const struct fs_ops fsmap_luks = { .name = "luks", .probe = probe };
