// SPDX-License-Identifier: GPL-2.0-or-later
// Linux swap (kernel: include/linux/swap.h, union swap_header). The signature is at the end of the
// first page, whose size depends on the machine. A suspended system puts its own signature in that
// place.
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"

struct swap_header {
	le32 version;	  // 400
	le32 last_page;	  // 404
	le32 bad_pages;	  // 408
	uint8_t uuid[16]; // 40c
	char label[16];	  // 41c
};
_Static_assert(sizeof(struct swap_header) == 0x2c, "swap header");

// What uswsusp, the kernel and TuxOnIce write over the signature.
static bool is_hibernated(const char magic[10])
{
	return memcmp(magic, "S1SUSPEND", 9) == 0 || memcmp(magic, "S2SUSPEND", 9) == 0 ||
	       memcmp(magic, "ULSUSPEND", 9) == 0 || memcmp(magic, "LINHIB0001", 10) == 0 ||
	       memcmp(magic, "\xed\xc3\x02\xe9\x98\x56\xe5\x0c", 8) == 0;
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	for (uint32_t page = 4096; page <= 65536; page *= 2) {
		struct swap_header h;
		char magic[10];
		int r = probe_read(s, page - sizeof(magic), magic, sizeof(magic), e);

		if (r <= 0)
			return r;
		bool hibernated = is_hibernated(magic), old = memcmp(magic, "SWAP-SPACE", 10) == 0;

		if (!hibernated && !old && memcmp(magic, "SWAPSPACE2", 10) != 0)
			continue;
		probe_begin(i, "swap");
		i->block = page;
		i->size = s->size;
		if (!old && probe_read(s, 1024, &h, sizeof(h), e) == 1 &&
		    le32_get(h.version) == 1) {
			probe_uuid(i->uuid, h.uuid);
			text_clean(i->label, sizeof(i->label), h.label, sizeof(h.label));
			i->size = probe_bytes((uint64_t)le32_get(h.last_page) + 1, page);
			probe_size(s, i);
		}
		if (hibernated)
			snprintf(i->note, sizeof(i->note), "hibernation image");
		return 1;
	}
	return 0;
}

const struct fs_ops fsmap_swap = { .name = "swap", .probe = probe };
