// SPDX-License-Identifier: GPL-2.0-or-later
// md superblocks: the loop over the versions, and what these share.
#include <string.h>

#include "base/size.h"
#include "raid/super.h"

static const struct raid_ops *const versions[] = {
#define X(n) &raid_##n,
#include "raid/list.h"
#undef X
};
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))
#define SECTOR 512

int raid_read(struct src *s, struct raid_member *m, struct err *e)
{
	struct raid_member one;
	int best = 0;

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < VERSIONS; i++) {
		struct err one_err;
		int r = versions[i]->read(s, &one, &one_err);

		if (r < 0 && best == 0) {
			best = -1;
			if (e)
				*e = one_err;
		}
		if (r > 0 && (best <= 0 || one.updated > m->updated)) {
			best = 1;
			*m = one;
		}
	}
	return best;
}

const char *raid_not_alone(const struct raid_member *m)
{
	if (m->level != 1)
		return "belongs to a RAID other than a mirror: one disk of it cannot live alone";
	if (m->reshaping)
		return "was being reshaped: where its data lie is known to md alone. Let md finish "
		       "that first";
	if (m->rebuilding)
		return "was still being rebuilt: its data are not whole";
	if (m->role == -1)
		return "is a spare: the mirror was never copied onto it";
	return NULL;
}

unsigned raid_super_ranges(struct src *s, struct range *r, unsigned max)
{
	unsigned n = 0;

	for (size_t i = 0; i < VERSIONS; i++) {
		struct range found[4];
		unsigned k = versions[i]->erase(s, found);

		for (unsigned j = 0; j < k && n < max; j++)
			r[n++] = found[j];
	}
	return n;
}

int raid_load(struct src *s, uint64_t off, void *super, size_t len, struct err *e)
{
	if (src_read(s, off, super, SECTOR, e))
		return -1;
	if (memcmp(super, "\xfc\x4e\x2b\xa9", 4) != 0 && memcmp(super, "\xa9\x2b\x4e\xfc", 4) != 0)
		return 0;
	return src_read(s, off, super, len, e) ? -1 : 1;
}

uint32_t raid_checksum(const uint8_t *p, size_t len)
{
	uint64_t sum = 0;

	for (; len >= 4; len -= 4, p += 4)
		sum += (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		       (uint32_t)p[3] << 24;
	if (len >= 2)
		sum += (uint32_t)p[0] | (uint32_t)p[1] << 8;
	return (uint32_t)(sum + (sum >> 32));
}

// Kernel: drivers/md/md-bitmap.h, struct bitmap_super_s; always little-endian.
struct bitmap_super {
	uint8_t magic[4];     // 00  "bitm"
	le32 version;	      // 04
	uint8_t uuid[16];     // 08
	le64 events, cleared; // 18
	le64 sync_size;	      // 28  sectors that the bits stand for
	le32 state;	      // 30
	le32 chunk;	      // 34  bytes for one bit
	le32 sleep;	      // 38
	le32 write_behind;    // 3c
	le32 reserved;	      // 40  sectors kept for the bitmap, 0 in old ones
};
_Static_assert(sizeof(struct bitmap_super) == 0x44, "bitmap superblock");

uint64_t raid_bitmap_len(struct src *s, uint64_t off)
{
	struct bitmap_super b;
	uint64_t bits, len;

	if (src_read(s, off, &b, sizeof(b), NULL) < 0 || memcmp(b.magic, "bitm", 4) != 0)
		return 0;
	if (le32_get(b.reserved) > 0) {
		len = (uint64_t)le32_get(b.reserved) * 512;
	} else {
		uint32_t chunk = le32_get(b.chunk) / 512;

		bits = chunk ? le64_get(b.sync_size) / chunk + 1 : 0;
		len = (256 + bits / 8 + 1 + 4095) / 4096 * 4096;
	}
	return len < 16 * MIB ? len : 16 * MIB;
}

unsigned raid_range(const struct src *s, const struct raid_member *m, uint64_t off, uint64_t len,
		    struct range *r)
{
	uint64_t data_end =
		m->data_len > UINT64_MAX - m->data_off ? UINT64_MAX : m->data_off + m->data_len;

	if (off >= s->size)
		return 0;
	if (len > s->size - off)
		len = s->size - off;
	if (off >= m->data_off && off < data_end)
		return 0;
	if (off < m->data_off && len > m->data_off - off)
		len = m->data_off - off;
	*r = (struct range){ off, len, MAP_DONE };
	return len > 0;
}
