// SPDX-License-Identifier: GPL-2.0-or-later
// md superblock 0.90 (Linux: include/uapi/linux/raid/md_p.h, mdp_superblock_s).
//
// 4096 bytes, at the last multiple of 64 KiB that leaves 64 KiB behind it; data begins at 0. All
// fields are 32-bit words in the byte order of the machine that wrote them: little-endian here, a
// big-endian one is told as such. When the last partition ends near the end of the disk, both find
// the same superblock; the size it names decides: a member that is too small for that size is not
// the one it was written for. The other half of that question (the disk looks like a member, the
// partition is it) is settled by whoever sees both.
#include <stdio.h>
#include <string.h>

#include "raid/super.h"

struct md0_disk { // the state of one disk as this superblock knows it
	le32 number, major, minor;
	le32 slot;  // "raid_disk": its place in the array
	le32 state; // bit 0 faulty, 1 active, 2 in sync, 3 removed
	le32 reserved[27];
};

struct md0 {
	le32 magic;			     // 000  a92b4efc
	le32 major, minor;		     // 004  0, 90 (91: a reshape is going on)
	le32 patch, words;		     // 00c
	le32 uuid0;			     // 014
	le32 created;			     // 018  seconds since 1970
	le32 level;			     // 01c
	le32 size;			     // 020  KiB of each member
	le32 disks;			     // 024
	le32 raid_disks;		     // 028
	le32 md_minor;			     // 02c  2: was /dev/md2
	le32 not_persistent;		     // 030
	le32 uuid1, uuid2, uuid3;	     // 034
	le32 reserved0[16];		     // 040
	le32 updated;			     // 080  seconds since 1970
	le32 state;			     // 084  bit 0 clean, 1 errors, 8 bitmap
	le32 active, working, failed, spare; // 088
	le32 checksum;			     // 098
	le32 events_low, events_high;	     // 09c
	le32 reserved1[87];		     // 0a4
	struct md0_disk disk[27];	     // 200
	struct md0_disk self;		     // f80
};
_Static_assert(sizeof(struct md0) == MD_SUPER_LEN, "md superblock 0.90");
_Static_assert(offsetof(struct md0, self) == 0xf80, "md superblock 0.90: this disk");

enum { FAULTY = 1, ACTIVE = 2, SYNC = 4 };
enum { STATE_CLEAN = 1, STATE_BITMAP = 0x100 };

static bool place(const struct src *s, uint64_t *off)
{
	if (s->size < 2 * 65536)
		return false;
	*off = (s->size & ~UINT64_C(65535)) - 65536;
	return true;
}

static void list_slots(const struct md0 *sb, struct raid_member *m)
{
	for (unsigned i = 0; i < 27; i++) {
		uint32_t slot = le32_get(sb->disk[i].slot), state = le32_get(sb->disk[i].state);

		if ((state & (FAULTY | ACTIVE | SYNC)) == (ACTIVE | SYNC) &&
		    slot < m->raid_devices && slot < 64)
			m->slots |= UINT64_C(1) << slot;
	}
}

static int read_super(struct src *s, struct raid_member *m, struct err *e)
{
	uint64_t off, size;
	struct md0 sb;

	memset(m, 0, sizeof(*m));
	if (!place(s, &off))
		return 0;
	int found = raid_load(s, off, &sb, sizeof(sb), e);

	if (found <= 0)
		return found;
	if (memcmp(&sb.magic, "\xa9\x2b\x4e\xfc", 4) == 0)
		return err_set(e, 0,
			       "%s: md superblock 0.90: written by a big-endian machine, which is "
			       "not read here",
			       s->name);
	if (le32_get(sb.magic) != MD_MAGIC || le32_get(sb.major) != 0)
		return 0;
	uint32_t sum = le32_get(sb.checksum);

	sb.checksum = le32_put(0);
	if (raid_checksum((const uint8_t *)&sb, sizeof(sb)) != sum)
		return err_set(e, 0, "%s: md superblock 0.90 at 0x%llx: checksum is wrong", s->name,
			       (unsigned long long)off);
	size = (uint64_t)le32_get(sb.size) * 1024;
	if (size > off)
		return 0;
	strcpy(m->metadata, "0.90");
	snprintf(m->array_uuid, sizeof(m->array_uuid), "%08x:%08x:%08x:%08x", le32_get(sb.uuid0),
		 le32_get(sb.uuid1), le32_get(sb.uuid2), le32_get(sb.uuid3));
	snprintf(m->name, sizeof(m->name), "md%u", le32_get(sb.md_minor));
	m->level = (int32_t)le32_get(sb.level);
	m->raid_devices = le32_get(sb.raid_disks);
	uint32_t state = le32_get(sb.self.state), slot = le32_get(sb.self.slot);

	m->role = state & FAULTY ? -2 : (state & SYNC) && slot < m->raid_devices ? (int)slot : -1;
	m->active = le32_get(sb.active);
	m->events = (uint64_t)le32_get(sb.events_high) << 32 | le32_get(sb.events_low);
	m->updated = le32_get(sb.updated);
	m->clean = (le32_get(sb.state) & STATE_CLEAN) != 0;
	m->reshaping = le32_get(sb.minor) > 90;
	m->bitmap = (le32_get(sb.state) & STATE_BITMAP) != 0;
	m->data_len = size ? size : off;
	m->super_off = off;
	list_slots(&sb, m);
	return 1;
}

static unsigned erase(struct src *s, struct range *r)
{
	struct raid_member m;
	uint8_t magic[4];
	uint64_t off;
	unsigned n = 0;

	if (!place(s, &off) || src_read(s, off, magic, 4, NULL) < 0)
		return 0;
	if (memcmp(magic, "\xfc\x4e\x2b\xa9", 4) != 0 && memcmp(magic, "\xa9\x2b\x4e\xfc", 4) != 0)
		return 0;
	if (read_super(s, &m, NULL) <= 0)
		m = (struct raid_member){ .data_len = off };
	n += raid_range(s, &m, off, MD_SUPER_LEN, &r[n]);
	// The bitmap, when there is one, fills the rest of the 64 KiB.
	if (raid_bitmap_len(s, off + MD_SUPER_LEN) > 0)
		n += raid_range(s, &m, off + MD_SUPER_LEN, 65536 - MD_SUPER_LEN, &r[n]);
	return n;
}

const struct raid_ops raid_md0 = { .name = "0.90", .read = read_super, .erase = erase };
