// SPDX-License-Identifier: GPL-2.0-or-later
// An XFS whose superblock is missing: each allocation group begins with a copy. Where the groups
// begin only the superblock says; mkfs.xfs cuts a disk into a few equal ones, or into ones of
// 1 TiB. The copies still have the mark that mkfs has not finished, and not all know the root.
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"
#include "fsmap/rescue.h"
#include "fsmap/xfs.h"

struct copy {
	uint8_t magic[4]; // 00
	be32 block;	  // 04
	uint8_t between[48];
	be64 root; // 38
	uint8_t between2[20];
	be32 group_blocks; // 54
	uint8_t between3[12];
	be16 version; // 64
	be16 sector;  // 66
	uint8_t between4[22];
	uint8_t in_progress; // 7e
};
_Static_assert(offsetof(struct copy, group_blocks) == 0x54, "XFS superblock");
_Static_assert(offsetof(struct copy, in_progress) == 0x7e, "XFS superblock");

enum { MAX_GROUPS = 64, MAX_COPIES = 15, FEW_COPIES = 3, CRC = 0xe0, LARGEST = 32768 };

// Reads a copy that may be at `at`. Its sector, as a superblock would be; NULL: there is none, or
// it does not know the root.
static uint8_t *read_copy(struct src *s, uint64_t at, struct copy *c)
{
	uint8_t *p;
	size_t len;

	if (probe_read(s, at, c, sizeof(*c), NULL) != 1 || memcmp(c->magic, "XFSB", 4) != 0)
		return NULL;
	len = be16_get(c->sector);
	if (be64_get(c->root) == UINT64_MAX || !probe_power_of_2((uint32_t)len, 512, LARGEST))
		return NULL;
	p = mem_alloc(len);
	if (probe_read(s, at, p, len, NULL) != 1 ||
	    ((be16_get(c->version) & 15) == 5 && !xfs_crc_ok(p, len, CRC))) {
		free(p);
		return NULL;
	}
	p[offsetof(struct copy, in_progress)] = 0;
	if ((be16_get(c->version) & 15) == 5) {
		le32 crc = { { 0 } };

		memcpy(p + CRC, &crc, sizeof(crc));
		crc = le32_put(crc32c_add(0, p, len));
		memcpy(p + CRC, &crc, sizeof(crc));
	}
	return p;
}

// The copies where groups of this length begin.
static uint8_t *try_groups(struct src *s, uint64_t block, uint64_t group_blocks, unsigned copies,
			   struct copy *c)
{
	for (unsigned k = 1; k <= copies; k++) {
		uint8_t *p = read_copy(s, k * group_blocks * block, c);

		if (p && be32_get(c->block) == block && be32_get(c->group_blocks) == group_blocks)
			return p;
		free(p);
	}
	return NULL;
}

// What mkfs.xfs makes of most disks.
static uint8_t *find_usual(struct src *s, struct copy *c)
{
	static const unsigned groups[] = { 4, 16, 8, 32 };
	uint64_t block = 4096, blocks = s->size / block;
	uint8_t *p = try_groups(s, block, TIB / block - 1, FEW_COPIES, c);

	for (size_t i = 0; i < sizeof(groups) / sizeof(*groups) && !p; i++)
		p = try_groups(s, block, (blocks + groups[i] - 1) / groups[i], FEW_COPIES, c);
	return p;
}

static uint8_t *find_copy(struct src *s, struct copy *c)
{
	for (uint64_t block = 512; block <= 65536; block *= 2) {
		uint64_t blocks = s->size / block;
		uint8_t *p = try_groups(s, block, TIB / block - 1, MAX_COPIES, c);

		for (unsigned groups = 2; groups <= MAX_GROUPS && !p; groups++)
			p = try_groups(s, block, (blocks + groups - 1) / groups, MAX_COPIES, c);
		if (p)
			return p;
	}
	return NULL;
}

struct src *xfs_rescue(struct src *s, bool quick)
{
	struct rescue_piece p[2] = { { .off = 0 } };
	struct copy c;

	if (probe_read(s, 0, &c, sizeof(c), NULL) >= 0)
		return NULL;
	p[0].data = quick ? find_usual(s, &c) : find_copy(s, &c);
	if (!p[0].data)
		return NULL;
	p[0].len = be16_get(c.sector);
	return rescue_src(s, p);
}
