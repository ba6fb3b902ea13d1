// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2: from the label to the metadata text. Each metadata area is a ring that begins with a
// header, which says where in the ring the text of now is.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/crc.h"
#include "fsmap/lvm_disk.h"

struct text_place {
	le64 off, len; // bytes from the area's header
	le32 crc;
	le32 flags; // bit 0: not to be used
};
struct area_header {
	le32 crc;		   // 00
	uint8_t magic[16];	   // 04
	le32 version;		   // 14
	le64 start, len;	   // 18  bytes of this area, its header included
	struct text_place text[2]; // 28  now; about to be
	uint8_t rest[424];	   // 58
};
_Static_assert(sizeof(struct area_header) == 512, "LVM metadata area");

#define MAX_TEXT (16 * MIB)
enum { MAX_AREAS = 8 };

// CRC-32 with a start of its own and nothing inverted.
static uint32_t lvm_crc(const void *p, size_t n)
{
	return ~crc32_add(~0xf597a6cfu, p, n);
}

// The text of one area. 1 parsed, 0 it holds none, -1.
static int read_area(struct src *s, uint64_t at, struct lvm_text *t, struct err *e)
{
	struct area_header h;
	uint64_t off, len, size;
	char *text;
	int rc;

	if (src_read(s, at, &h, sizeof(h), e) < 0)
		return -1;
	if (lvm_crc(h.magic, sizeof(h) - 4) != le32_get(h.crc) ||
	    memcmp(h.magic, " LVM2 x[5A%r0N*>", 16) != 0 || le32_get(h.version) != 1 ||
	    le64_get(h.start) != at)
		return err_set(e, 0, "metadata area at 0x%llx is damaged", (unsigned long long)at);
	off = le64_get(h.text[0].off);
	len = le64_get(h.text[0].len);
	size = le64_get(h.len);
	if (off == 0 || (le32_get(h.text[0].flags) & 1))
		return 0;
	if (size > s->size - at || off < sizeof(h) || off >= size || len > size - sizeof(h) ||
	    len > MAX_TEXT)
		return err_set(e, 0, "metadata area at 0x%llx contradicts itself",
			       (unsigned long long)at);
	text = mem_alloc(len + 1);
	uint64_t straight = len < size - off ? len : size - off;

	rc = src_read(s, at + off, text, straight, e);
	if (rc == 0)
		rc = src_read(s, at + sizeof(h), text + straight, len - straight, e);
	if (rc == 0 && lvm_crc(text, len) != le32_get(h.text[0].crc))
		rc = err_set(e, 0, "metadata text: wrong checksum");
	if (rc == 0)
		rc = lvm_text_read(t, text, len, e);
	free(text);
	return rc < 0 ? -1 : 1;
}

static uint64_t sequence(const struct lvm_text *t)
{
	uint64_t n;

	for (const struct lvm_node *vg = t->nodes->first; vg; vg = vg->next)
		if (vg->kind == LVM_SECTION && lvm_number(vg, "seqno", &n))
			return n;
	return 0;
}

// The next place in a list that one of zeros ends. False at the end.
static bool next_place(struct view v, size_t *at, struct lvm_place *p)
{
	const struct lvm_place *q = view_at(v, *at, sizeof(*q));

	*at += sizeof(*q);
	if (q)
		*p = *q;
	return q && le64_get(q->off) != 0;
}

int lvm_text_of(struct src *s, char pv[33], struct lvm_text *t, struct err *e)
{
	const struct lvm_header *h;
	struct lvm_label label;
	struct lvm_place p;
	uint8_t sector[512];
	size_t at;
	int found = 0, r = lvm_label_read(s, sector, e);

	*t = (struct lvm_text){ 0 };
	if (r <= 0)
		return r;
	h = lvm_header_of(sector);
	memcpy(&label, sector, sizeof(label));
	if (!h || lvm_crc(sector + 20, sizeof(sector) - 20) != le32_get(label.crc))
		return err_set(e, 0, "label of the physical volume: wrong checksum");
	memcpy(pv, h->uuid, 32);
	pv[32] = '\0';
	err_set(e, 0, "no metadata on this physical volume");
	at = le32_get(label.header) + sizeof(*h);
	while (next_place(view_of(sector, sizeof(sector)), &at, &p))
		;
	for (int n = 0; n < MAX_AREAS && next_place(view_of(sector, sizeof(sector)), &at, &p);
	     n++) {
		struct lvm_text one;

		if (read_area(s, le64_get(p.off), &one, e) <= 0)
			continue;
		if (found && sequence(&one) <= sequence(t)) {
			lvm_text_free(&one);
			continue;
		}
		lvm_text_free(t);
		*t = one;
		found = 1;
	}
	return found ? 1 : -1;
}
