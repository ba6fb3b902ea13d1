// SPDX-License-Identifier: GPL-2.0-or-later
// Linux swap (kernel: include/linux/swap.h, union swap_header). The signature is at the end of the
// first page, whose size depends on the machine. A suspended system puts its own signature in that
// place.
#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"
#include "fsmap/used.h"

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

// The signature, and what stands in front of it: the size of a page, 0 when there is none.
static int find(struct src *s, uint32_t *page, char magic[10], struct err *e)
{
	for (*page = 4096; *page <= 65536; *page *= 2) {
		int r = probe_read(s, *page - 10, magic, 10, e);

		if (r <= 0)
			return r;
		if (is_hibernated(magic) || memcmp(magic, "SWAP-SPACE", 10) == 0 ||
		    memcmp(magic, "SWAPSPACE2", 10) == 0)
			return 1;
	}
	return 0;
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct swap_header h;
	uint32_t page;
	char magic[10];
	int r = find(s, &page, magic, e);

	if (r <= 0)
		return r;
	probe_begin(i, "swap");
	i->block = page;
	i->size = s->size;
	if (memcmp(magic, "SWAP-SPACE", 10) != 0 && probe_read(s, 1024, &h, sizeof(h), e) == 1 &&
	    le32_get(h.version) == 1) {
		probe_uuid(i->uuid, h.uuid);
		text_clean(i->label, sizeof(i->label), h.label, sizeof(h.label));
		i->size = probe_bytes((uint64_t)le32_get(h.last_page) + 1, page);
		probe_size(s, i);
	}
	if (is_hibernated(magic))
		snprintf(i->note, sizeof(i->note), "hibernation image");
	return 1;
}

// The header's page holds all that swapon needs; what a machine had swapped out ended with it.
// Behind the end that the header names lies something else. The signature of the first version says
// nothing about an end.
static int used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct swap_header h;
	uint32_t page;
	char magic[10];
	uint64_t end = s->size;

	(void)why;
	(void)why_size;
	if (find(s, &page, magic, e) != 1)
		return err_set(e, 0, "%s: not swap", s->name);
	if (is_hibernated(magic))
		return err_set(e, 0, "a hibernation image");
	if (memcmp(magic, "SWAPSPACE2", 10) == 0) {
		if (probe_read(s, 1024, &h, sizeof(h), e) != 1)
			return err_set(e, 0, "the header of the swap space is unreadable");
		end = probe_bytes((uint64_t)le32_get(h.last_page) + 1, page);
		if (le32_get(h.version) != 1 || end > s->size)
			return err_set(e, 0, "the header of the swap space contradicts itself");
	}
	used_add(m, 0, page);
	used_add(m, end, s->size - end);
	return 0;
}

const struct fs_ops fsmap_swap = { .name = "swap", .probe = probe, .used = used };
