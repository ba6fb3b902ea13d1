// SPDX-License-Identifier: GPL-2.0-or-later
// The MBR partition table (the PC's own, no standard; as Linux' block/partitions/msdos.c and fdisk
// read it).
//
// Four entries in sector 0. One of them may be an extended partition: a chain of boot records, each
// with the same four entries, of which one describes a logical partition (its start counted from
// this record) and one the next record (counted from the start of the extended partition). Logical
// partitions count from 5.
//
// A boot sector of FAT, NTFS or exFAT carries the same magic; it is recognised and is no table. The
// chain is followed for at most PART_MAX records and never twice through the same one.
#include <stdio.h>
#include <string.h>

#include "part/table.h"

// A file system's boot sector where an MBR would be: an unpartitioned stick.
static bool is_fs_boot_sector(const struct mbr *m)
{
	const uint8_t *b = m->code;

	return memcmp(b + 3, "NTFS    ", 8) == 0 || memcmp(b + 3, "EXFAT   ", 8) == 0 ||
	       memcmp(b + 54, "FAT", 3) == 0 || memcmp(b + 82, "FAT32", 5) == 0;
}

static bool is_mbr(const struct mbr *m)
{
	if (le16_get(m->magic) != MBR_MAGIC || is_fs_boot_sector(m))
		return false;
	for (int i = 0; i < 4; i++)
		if ((m->e[i].active & 0x7f) != 0)
			return false;
	return true;
}

static struct part *add(struct src *s, struct part_table *t, const struct mbr_entry *m,
			unsigned number, uint64_t base, uint64_t entry_off)
{
	uint64_t off = base + (uint64_t)le32_get(m->start) * t->sector;
	uint64_t len = (uint64_t)le32_get(m->len) * t->sector;
	struct part *p = part_add(t, number, off, len);

	if (!p)
		return NULL;
	p->type = m->type;
	p->active = m->active == 0x80;
	p->container = mbr_is_extended(m->type);
	p->entry_off = entry_off;
	part_told_end(t, p, s->size);
	return p;
}

static void name_all(struct part_table *t, uint32_t signature)
{
	for (unsigned i = 0; signature && i < t->n; i++)
		snprintf(t->p[i].id, sizeof(t->p[i].id), "%08x-%02x", signature, t->p[i].number);
}

struct chain {
	uint64_t start;		 // of the extended partition, bytes
	uint64_t seen[PART_MAX]; // boot records read so far, bytes
	unsigned n;
};

// Notes that this record is read now. False when that must not be: seen before, or too many.
static bool chain_enter(struct chain *c, uint64_t at, struct part_table *t)
{
	for (unsigned i = 0; i < c->n; i++) {
		if (c->seen[i] == at) {
			part_trouble(t, "the chain of logical partitions runs in a circle");
			return false;
		}
	}
	if (c->n == PART_MAX) {
		part_trouble(t, "more than %d logical partitions", PART_MAX);
		return false;
	}
	c->seen[c->n++] = at;
	return true;
}

static void read_logical(struct src *s, struct part_table *t, struct chain *c, unsigned *number)
{
	uint64_t at = c->start;
	bool more = true;

	while (more && chain_enter(c, at, t)) {
		struct mbr m;
		struct err e;
		uint64_t next = 0;

		if (src_read(s, at, &m, sizeof(m), &e) < 0) {
			part_trouble(t, "logical partitions from %u on: %s", *number, e.text);
			return;
		}
		if (le16_get(m.magic) != MBR_MAGIC) {
			part_trouble(t, "logical partitions from %u on: no boot record at %llu",
				     *number, (unsigned long long)at);
			return;
		}
		more = false;
		for (unsigned i = 0; i < 4; i++) {
			const struct mbr_entry *p = &m.e[i];
			uint64_t entry_off = at + offsetof(struct mbr, e) + i * sizeof(*p);

			if (p->type == 0 || le32_get(p->len) == 0)
				continue;
			if (mbr_is_extended(p->type)) {
				if (!more)
					next = c->start + (uint64_t)le32_get(p->start) * t->sector;
				more = true;
			} else if (add(s, t, p, *number, at, entry_off)) {
				++*number;
			}
		}
		at = next;
	}
}

static int read_table(struct src *s, struct part_table *t, struct err *e)
{
	unsigned number = 5;
	struct mbr m;

	if (s->size < sizeof(m))
		return 0;
	if (src_read(s, 0, &m, sizeof(m), e) < 0)
		return -1;
	if (!is_mbr(&m))
		return 0;
	for (unsigned i = 0; i < 4; i++)
		if (m.e[i].type != 0 && le32_get(m.e[i].len) != 0)
			add(s, t, &m.e[i], i + 1, 0, offsetof(struct mbr, e) + i * sizeof(m.e[i]));
	if (t->n > 0 && t->p[0].type == MBR_PROTECTIVE)
		part_trouble(t, "the MBR promises a GPT, but no copy of it is valid");

	unsigned primary = t->n;

	for (unsigned i = 0; i < primary; i++) {
		struct chain c = { .start = t->p[i].off };

		if (t->p[i].container)
			read_logical(s, t, &c, &number);
	}
	name_all(t, le32_get(m.signature));
	return 1;
}

const struct part_ops part_mbr = { .name = "mbr", .read = read_table };
