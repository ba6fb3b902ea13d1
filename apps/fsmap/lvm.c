// SPDX-License-Identifier: GPL-2.0-or-later
// LVM physical volume, recognised only (lvm2: lib/format_text/layout.h). The label is in one of the
// first four sectors; the header it points to begins with the volume's UUID and size.
#include <string.h>

#include "fsmap/probe.h"

struct lvm_label {
	uint8_t id[8];	 // 00  "LABELONE"
	le64 sector;	 // 08  where this lies
	le32 crc;	 // 10
	le32 header;	 // 14  bytes from the label to the header
	uint8_t type[8]; // 18  "LVM2 001"
};
_Static_assert(sizeof(struct lvm_label) == 32, "LVM label");

struct lvm_header {
	char uuid[32]; // 00  without the dashes
	le64 size;     // 20  bytes
};
_Static_assert(sizeof(struct lvm_header) == 40, "LVM header");

// Groups of 6-4-4-4-4-4-6 characters.
static void show_uuid(char *out, size_t size, const char id[32])
{
	char text[40];
	size_t n = 0;

	for (int k = 0; k < 32; k++) {
		if (k == 6 || (k > 6 && k < 30 && (k - 6) % 4 == 0))
			text[n++] = '-';
		text[n++] = id[k];
	}
	text_clean(out, size, text, n);
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	for (uint64_t sector = 0; sector < 4; sector++) {
		uint8_t buf[512];
		struct lvm_label l;
		struct lvm_header h;
		int r = probe_read(s, sector * 512, buf, sizeof(buf), e);

		if (r <= 0)
			return r;
		memcpy(&l, buf, sizeof(l));
		if (memcmp(l.id, "LABELONE", 8) != 0 || memcmp(l.type, "LVM2 001", 8) != 0 ||
		    le64_get(l.sector) != sector)
			continue;
		probe_begin(i, "LVM2_member");
		const void *p = view_at(view_of(buf, sizeof(buf)), le32_get(l.header), sizeof(h));

		if (p) {
			memcpy(&h, p, sizeof(h));
			show_uuid(i->uuid, sizeof(i->uuid), h.uuid);
			i->size = le64_get(h.size);
			probe_size(s, i);
		}
		return 1;
	}
	return 0;
}

const struct fs_ops fsmap_lvm = { .name = "lvm", .probe = probe };
