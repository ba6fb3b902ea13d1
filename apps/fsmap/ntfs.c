// SPDX-License-Identifier: GPL-2.0-or-later
// NTFS recognised (as the kernel's fs/ntfs3/ntfs.h describes it). Label and dirty flag are
// attributes 60 and 70 of record 3 of the master file table, $Volume, which always lies in its
// first run.
#include "fsmap/ntfs.h"

#include <stdio.h>
#include <string.h>

#include "fsmap/probe.h"
#include "fsmap/rescue.h"

struct ntfs_boot {
	uint8_t jump[3];      // 00
	uint8_t id[8];	      // 03  "NTFS    "
	le16 sector;	      // 0b  bytes
	uint8_t cluster;      // 0d  sectors; above 0x80: 2^(256 - n) sectors
	uint8_t zero[26];     // 0e
	le64 sectors;	      // 28
	le64 mft, mft_mirror; // 30  clusters
	uint8_t record;	      // 40  clusters of one record; from 0x80 on: 2^(256 - n) bytes
	uint8_t pad[3];	      // 41
	uint8_t index;	      // 44  the same of an index block
	uint8_t pad2[3];      // 45
	le64 serial;	      // 48
};
_Static_assert(sizeof(struct ntfs_boot) == 0x50, "NTFS boot sector");

enum { ATTRIBUTE_NAME = 0x60, ATTRIBUTE_VOLUME = 0x70, ATTRIBUTE_DATA = 0x80 };

struct ntfs_record {
	uint8_t id[4];	     // 00  "FILE"
	le16 fixup, fixups;  // 04  offset and number of words
	uint8_t between[12]; // 08
	le16 attributes;     // 14  offset of the first
};

struct ntfs_attribute {
	le32 type;	 // 00  ffffffff ends the list
	le32 len;	 // 04
	uint8_t far;	 // 08  1: its contents lie elsewhere
	uint8_t name[7]; // 09
	le32 value_len;	 // 10
	le16 value;	 // 14  offset
};

bool ntfs_unfix(uint8_t *rec, size_t size, const char *magic)
{
	struct ntfs_record h;
	const uint8_t *words;

	memcpy(&h, rec, sizeof(h));
	words = view_at(view_of(rec, size), le16_get(h.fixup), 2u * le16_get(h.fixups));
	if (memcmp(h.id, magic, 4) != 0 || !words || le16_get(h.fixups) != size / 512 + 1)
		return false;
	for (size_t k = 1; k <= size / 512; k++) {
		uint8_t *end = rec + k * 512 - 2;

		if (memcmp(end, words, 2) != 0)
			return false;
		memcpy(end, words + 2 * k, 2);
	}
	return true;
}

static void read_volume(struct src *s, uint64_t at, uint32_t size, struct fs_info *i)
{
	uint8_t rec[4096];
	struct ntfs_record h;
	struct ntfs_attribute a;
	const void *p;

	if (probe_read(s, at, rec, size, NULL) <= 0 || !ntfs_unfix(rec, size, "FILE"))
		return;
	struct view v = view_of(rec, size);

	memcpy(&h, rec, sizeof(h));
	for (uint64_t off = le16_get(h.attributes); (p = view_at(v, off, sizeof(a)));
	     off += le32_get(a.len)) {
		memcpy(&a, p, sizeof(a));
		if (le32_get(a.type) == 0xffffffff || le32_get(a.len) < sizeof(a))
			return;
		const uint8_t *value = view_at(v, off + le16_get(a.value), le32_get(a.value_len));

		if (a.far || !value)
			continue;
		if (le32_get(a.type) == ATTRIBUTE_NAME)
			text_clean16(i->label, sizeof(i->label), value, le32_get(a.value_len) / 2,
				     0);
		if (le32_get(a.type) == ATTRIBUTE_VOLUME && le32_get(a.value_len) >= 12 &&
		    (value[10] & 1)) {
			i->clean = false;
			snprintf(i->note, sizeof(i->note), "not unmounted cleanly");
		}
	}
}

// A number of clusters, or of bytes as a power of two. 0: neither.
static uint32_t length(uint8_t n, uint32_t cluster)
{
	return n < 0x80 ? n * cluster : n >= 0xe1 ? 1u << (256 - n) : 0;
}

int ntfs_measure(struct src *s, struct ntfs_shape *g, uint64_t *serial, struct err *e)
{
	struct ntfs_boot b;
	int r = probe_read(s, 0, &b, sizeof(b), e);

	if (r <= 0)
		return r;
	g->sector = le16_get(b.sector);
	if (memcmp(b.id, "NTFS    ", 8) != 0 || !probe_power_of_2(g->sector, 256, 4096))
		return 0;
	g->cluster = b.cluster <= 0x80	 ? b.cluster * g->sector
		     : b.cluster >= 0xf0 ? g->sector << (256 - b.cluster)
					 : 0;
	if (!probe_power_of_2(g->cluster, 256, 2 << 20))
		return 0;
	g->record = length(b.record, g->cluster);
	g->index = length(b.index, g->cluster);
	g->size = probe_bytes(le64_get(b.sectors), g->sector);
	g->mft = probe_bytes(le64_get(b.mft), g->cluster);
	g->mirror = probe_bytes(le64_get(b.mft_mirror), g->cluster);
	*serial = le64_get(b.serial);
	return 1;
}

bool ntfs_has_records(const struct ntfs_shape *g)
{
	return probe_power_of_2(g->record, 512, 4096) && g->record >= g->sector;
}

static void see_first(void *arg, const struct ntfs_run *run)
{
	uint64_t *first = arg;

	if (run->type == ATTRIBUTE_DATA && *first == UINT64_MAX)
		*first = run->cluster;
}

bool ntfs_sane(struct src *s)
{
	struct ntfs_shape g;
	uint8_t rec[4096];
	uint64_t first = UINT64_MAX, serial;

	if (ntfs_measure(s, &g, &serial, NULL) != 1 || !ntfs_has_records(&g) || g.size > s->size ||
	    !probe_power_of_2(g.index, 512, 2 << 20) ||
	    probe_read(s, g.mft, rec, g.record, NULL) <= 0 || !ntfs_unfix(rec, g.record, "FILE"))
		return false;
	ntfs_record_runs(rec, g.record, see_first, &first);
	return first <= UINT64_MAX / g.cluster && first * g.cluster == g.mft;
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct ntfs_shape g;
	uint64_t serial;
	int r = ntfs_measure(s, &g, &serial, e);

	if (r <= 0)
		return r;
	probe_begin(i, "ntfs");
	snprintf(i->uuid, sizeof(i->uuid), "%016llX", (unsigned long long)serial);
	i->block = g.cluster;
	i->size = g.size;
	if (ntfs_has_records(&g) && g.mft < s->size)
		read_volume(s, g.mft + 3 * (uint64_t)g.record, g.record, i);
	probe_size(s, i);
	return 1;
}

// The copy of the boot sector lies behind the last cluster, in the last sector of the place.
static struct src *rescue(struct src *s, bool quick)
{
	static const uint32_t sectors[] = { 512, 4096 };
	struct ntfs_boot b;

	(void)quick;
	if (probe_read(s, 0, &b, sizeof(b), NULL) >= 0)
		return NULL;
	for (unsigned k = 0; k < sizeof(sectors) / sizeof(*sectors); k++) {
		struct rescue_piece p[2] = { { .len = sectors[k], .to = s->size - sectors[k] } };

		if (s->size > sectors[k] && probe_read(s, p[0].to, &b, sizeof(b), NULL) == 1 &&
		    memcmp(b.id, "NTFS    ", 8) == 0 && le16_get(b.sector) == sectors[k] &&
		    probe_bytes(le64_get(b.sectors), sectors[k]) == p[0].to)
			return rescue_src(s, p);
	}
	return NULL;
}

const struct fs_ops fsmap_ntfs = { .name = "ntfs",
				   .probe = probe,
				   .used = ntfs_used,
				   .rescue = rescue,
				   .owners = ntfs_owners,
				   .open = ntfs_files };
