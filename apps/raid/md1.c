// SPDX-License-Identifier: GPL-2.0-or-later
// md superblocks 1.0, 1.1 and 1.2 (Linux: include/uapi/linux/raid/md_p.h, struct mdp_superblock_1).
//
// One little-endian structure, three places: 1.0 at 8 to 12 KiB before the end, on a multiple of 4
// KiB; 1.1 at 0; 1.2 at 4096. Data begin at data_offset, which is never to be guessed. The
// structure names its own place, so a superblock at the end of the last partition is not taken for
// one of the whole disk. Bitmap and bad-block log lie at signed distances from the superblock. What
// a journal device (raid 4/5/6) holds is left out.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "raid/super.h"

struct md1 {
	le32 magic;		 // 00  a92b4efc
	le32 major;		 // 04  1
	le32 features;		 // 08
	le32 pad0;		 // 0c
	uint8_t set_uuid[16];	 // 10
	char set_name[32];	 // 20  "host:0"
	le64 created;		 // 40  seconds in the low 40 bits, microseconds above
	le32 level;		 // 48
	le32 layout;		 // 4c
	le64 size;		 // 50  sectors of each member that are used
	le32 chunk;		 // 58
	le32 raid_disks;	 // 5c
	le32 bitmap_off;	 // 60  sectors from the superblock, signed
	uint8_t reshape[28];	 // 64
	le64 data_off;		 // 80  sectors
	le64 data_size;		 // 88  sectors that could be used
	le64 super_off;		 // 90  sectors: where this structure lies
	le64 recovered;		 // 98  sectors that are in sync while it is being filled
	le32 number;		 // a0  of this device: index into roles
	le32 corrected;		 // a4
	uint8_t device_uuid[16]; // a8
	uint8_t flags;		 // b8
	uint8_t log_shift;	 // b9
	le16 log_size;		 // ba  sectors of the bad-block log
	le32 log_off;		 // bc  sectors from the superblock, signed
	le64 updated;		 // c0
	le64 events;		 // c8
	le64 resync;		 // d0  sectors known to be in sync; all ones: all
	le32 checksum;		 // d8
	le32 devices;		 // dc  entries of roles
	uint8_t pad3[32];	 // e0
	le16 roles[1920];	 // 100 slot of each device; ffff spare, fffe faulty, fffd journal
};
_Static_assert(sizeof(struct md1) == MD_SUPER_LEN, "md superblock 1.x");
_Static_assert(offsetof(struct md1, checksum) == 0xd8, "md superblock 1.x: checksum");

enum {
	FEATURE_BITMAP = 1,
	FEATURE_RECOVERY = 2,
	FEATURE_RESHAPE = 4,
	FEATURE_BAD_BLOCKS = 8, // the log has entries
	FEATURE_NEW_OFFSET = 64
};
enum { ROLE_SPARE = 0xffff, ROLE_FAULTY = 0xfffe, ROLE_SLOTS = 0xff00 };
#define SECONDS(t) (le64_get(t) & 0xffffffffff)

static bool place(const struct src *s, int minor, uint64_t *off)
{
	uint64_t sectors = s->size / 512;

	if (sectors < 24)
		return false;
	*off = minor == 1 ? 0 : minor == 2 ? 4096 : ((sectors - 16) & ~UINT64_C(7)) * 512;
	return true;
}

static void uuid_text(const uint8_t *b, char text[36])
{
	snprintf(text, 36, "%02x%02x%02x%02x:%02x%02x%02x%02x:%02x%02x%02x%02x:%02x%02x%02x%02x",
		 b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12],
		 b[13], b[14], b[15]);
}

static void list_roles(const struct md1 *sb, struct raid_member *m)
{
	uint32_t devices = le32_get(sb->devices), self = le32_get(sb->number);

	for (uint32_t i = 0; i < devices; i++) {
		uint16_t role = le16_get(sb->roles[i]);

		if (role >= ROLE_SLOTS || role >= m->raid_devices)
			continue;
		m->active++;
		if (role < 64)
			m->slots |= UINT64_C(1) << role;
	}
	uint16_t role = self < devices ? le16_get(sb->roles[self]) : ROLE_SPARE;

	m->role = role == ROLE_FAULTY ? -2 : role >= ROLE_SLOTS ? -1 : role;
}

// The superblock as it lies there, checked. 1, 0, -1.
static int load(struct src *s, int minor, uint64_t off, struct md1 *sb, struct err *e)
{
	int found = raid_load(s, off, sb, sizeof(*sb), e);

	if (found <= 0)
		return found;
	if (le32_get(sb->magic) != MD_MAGIC || le32_get(sb->major) != 1 ||
	    le64_get(sb->super_off) != off / 512)
		return 0;
	uint32_t devices = le32_get(sb->devices), sum = le32_get(sb->checksum);

	if (devices > sizeof(sb->roles) / sizeof(sb->roles[0]))
		return err_set(e, 0,
			       "%s: md superblock 1.%d: %u devices are more than it has room for",
			       s->name, minor, devices);
	sb->checksum = le32_put(0);
	if (raid_checksum((const uint8_t *)sb, offsetof(struct md1, roles) + 2 * devices) != sum)
		return err_set(e, 0, "%s: md superblock 1.%d at 0x%llx: checksum is wrong", s->name,
			       minor, (unsigned long long)off);
	if (le64_get(sb->data_off) > s->size / 512)
		return err_set(e, 0,
			       "%s: md superblock 1.%d: data begin at sector %llu, beyond the end",
			       s->name, minor, (unsigned long long)le64_get(sb->data_off));
	return 1;
}

// What lies `distance` sectors (signed) from the superblock, when it lies on s at all.
static bool beside(const struct src *s, uint64_t super_off, le32 distance, uint64_t *off)
{
	int64_t at = (int64_t)(super_off / 512) + (int32_t)le32_get(distance);

	if (at < 0 || (uint64_t)at >= s->size / 512)
		return false;
	*off = (uint64_t)at * 512;
	return true;
}

// The bad-block log: 64-bit entries, 54 bits sector and 10 bits length, both shifted by log_shift;
// all ones: no more.
static uint64_t bad_bytes(struct src *s, uint64_t off, const struct md1 *sb)
{
	le64 entries[512]; // md itself keeps no more than this
	uint64_t sum = 0, at;
	size_t n = le16_get(sb->log_size) * 512u / sizeof(*entries);

	if (!(le32_get(sb->features) & FEATURE_BAD_BLOCKS) || sb->log_shift > 32 ||
	    !beside(s, off, sb->log_off, &at))
		return 0;
	n = n < 512 ? n : 512;
	if (src_read(s, at, entries, n * sizeof(*entries), NULL) < 0)
		return 0;
	for (size_t i = 0; i < n && le64_get(entries[i]) != UINT64_MAX; i++)
		sum += ((le64_get(entries[i]) & 0x3ff) << sb->log_shift) * 512;
	return sum < s->size ? sum : s->size;
}

static int read_super(struct src *s, int minor, struct raid_member *m, struct err *e)
{
	struct md1 sb;
	uint64_t off, sectors;
	int r;

	memset(m, 0, sizeof(*m));
	if (!place(s, minor, &off))
		return 0;
	r = load(s, minor, off, &sb, e);
	if (r <= 0)
		return r;
	snprintf(m->metadata, sizeof(m->metadata), "1.%d", minor);
	uuid_text(sb.set_uuid, m->array_uuid);
	uuid_text(sb.device_uuid, m->device_uuid);
	text_clean(m->name, sizeof(m->name), sb.set_name, sizeof(sb.set_name));
	m->level = (int32_t)le32_get(sb.level);
	m->raid_devices = le32_get(sb.raid_disks);
	m->events = le64_get(sb.events);
	m->updated = SECONDS(sb.updated);
	m->clean = le64_get(sb.resync) == UINT64_MAX;
	m->bitmap = (le32_get(sb.features) & FEATURE_BITMAP) != 0;
	m->rebuilding = (le32_get(sb.features) & FEATURE_RECOVERY) &&
			le64_get(sb.recovered) < le64_get(sb.size);
	m->reshaping = (le32_get(sb.features) & (FEATURE_RESHAPE | FEATURE_NEW_OFFSET)) != 0;
	m->bad = bad_bytes(s, off, &sb);
	m->super_off = off;
	m->data_off = le64_get(sb.data_off) * 512;
	sectors = le64_get(sb.size) ? le64_get(sb.size) : le64_get(sb.data_size);
	m->data_len = sectors > UINT64_MAX / 512 ? UINT64_MAX - m->data_off : sectors * 512;
	if (m->data_len > UINT64_MAX - m->data_off)
		m->data_len = UINT64_MAX - m->data_off;
	list_roles(&sb, m);
	return 1;
}

static unsigned erase(struct src *s, int minor, struct range *r)
{
	struct raid_member m;
	struct md1 sb;
	uint64_t off, at;
	unsigned n = 0;

	if (!place(s, minor, &off) || src_read(s, off, &sb, sizeof(sb), NULL) < 0)
		return 0;
	if (le32_get(sb.magic) != MD_MAGIC || le32_get(sb.major) != 1 ||
	    le64_get(sb.super_off) != off / 512)
		return 0;
	if (read_super(s, minor, &m, NULL) <= 0) {
		r[0] = (struct range){ off, MD_SUPER_LEN, MAP_DONE };
		return 1;
	}
	n += raid_range(s, &m, off, MD_SUPER_LEN, &r[n]);
	if (m.bitmap && beside(s, off, sb.bitmap_off, &at)) {
		uint64_t len = raid_bitmap_len(s, at);

		// Behind the bitmap, but before the superblock, may lie what is not ours.
		if (at < off && len > off - at)
			len = off - at;
		n += len ? raid_range(s, &m, at, len, &r[n]) : 0;
	}
	if ((le32_get(sb.features) & FEATURE_BAD_BLOCKS || le16_get(sb.log_size)) &&
	    le32_get(sb.log_off) && beside(s, off, sb.log_off, &at))
		n += raid_range(s, &m, at, (uint64_t)le16_get(sb.log_size) * 512, &r[n]);
	return n;
}

#define VERSION(minor)                                                                             \
	static int read_1_##minor(struct src *s, struct raid_member *m, struct err *e)             \
	{                                                                                          \
		return read_super(s, minor, m, e);                                                 \
	}                                                                                          \
	static unsigned erase_1_##minor(struct src *s, struct range *r)                            \
	{                                                                                          \
		return erase(s, minor, r);                                                         \
	}                                                                                          \
	const struct raid_ops raid_md1_##minor = { .name = "1." #minor,                            \
						   .read = read_1_##minor,                         \
						   .erase = erase_1_##minor }

VERSION(0);
VERSION(1);
VERSION(2);
