// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: the superblock and its copies, and what can be believed of them.
#include "fsmap/btrfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/crc.h"

#define FLAG_SEEDING (UINT64_C(1) << 32)
enum { FLAG_WRITTEN = 1, FLAG_RELOCATED = 2 };
// Features that we know not to change where things lie. Not among them: zoned devices, the second
// extent tree, the stripe tree.
enum {
	INCOMPAT_METADATA_UUID = 0x400,
	KNOWN_INCOMPAT = 0x10fff, // mixed back references ... raid1c34, and simple quotas
	KNOWN_RO = 0xf
};
enum { MIN_NODE = 4096, MAX_NODE = 65536 };

uint64_t btrfs_super_place(unsigned n)
{
	static const uint64_t places[] = { 64 * KIB, 64 * MIB, 256 * GIB };

	return n < sizeof(places) / sizeof(places[0]) ? places[n] : 0;
}

int btrfs_super_read(struct src *s, unsigned copy, struct btrfs_super *b, bool *valid,
		     struct err *e)
{
	uint64_t place = btrfs_super_place(copy);
	int r = probe_read(s, place, b, sizeof(*b), e);
	le32 stored;

	*valid = false;
	if (r <= 0)
		return r;
	if (memcmp(b->magic, "_BHRfS_M", 8) != 0 || le64_get(b->self) != place)
		return 0;
	memcpy(&stored, b->checksum, 4);
	*valid = le16_get(b->checksum_type) == 0 &&
		 crc32c_add(0, b->fsid, sizeof(*b) - 32) == le32_get(stored);
	return 1;
}

// The primary copy is what the kernel mounts; the others stand in when it is damaged. One that is
// newer than the primary tells of a crash between the two, and both states may be wanted.
static int choose_super(struct src *s, struct btrfs_super *b, struct err *e)
{
	struct btrfs_super *one = mem_alloc(sizeof(*one));
	bool valid, other;
	int r = btrfs_super_read(s, 0, b, &valid, e);

	if (r == 0)
		r = err_set(e, 0, "no superblock");
	if (r > 0 && le16_get(b->checksum_type) != 0)
		r = err_set(e, 0, "checksums other than crc32c");
	for (unsigned n = 1; r > 0 && btrfs_super_place(n) != 0; n++) {
		if (btrfs_super_read(s, n, one, &other, NULL) <= 0 || !other ||
		    memcmp(one->fsid, b->fsid, 16) != 0)
			continue;
		if (valid && le64_get(one->generation) > le64_get(b->generation))
			r = err_set(e, 0, "a copy of the superblock is newer than the first");
		if (!valid)
			*b = *one;
		valid = true;
	}
	if (r > 0 && !valid)
		r = err_set(e, 0, "superblock: wrong checksum, and no copy of it is right");
	free(one);
	return r;
}

static int judge_super(struct src *s, const struct btrfs_super *b, struct err *e)
{
	uint64_t strange = (le64_get(b->incompat) & ~(uint64_t)KNOWN_INCOMPAT) |
			   (le64_get(b->compat_ro) & ~(uint64_t)KNOWN_RO);

	if (le64_get(b->flags) & ~(FLAG_SEEDING | FLAG_WRITTEN | FLAG_RELOCATED))
		return err_set(e, 0, "unfinished change, errors or a dump (flags 0x%llx)",
			       (unsigned long long)le64_get(b->flags));
	if (strange)
		return err_set(e, 0, "features that are not known here (0x%llx)",
			       (unsigned long long)strange);
	if (!probe_power_of_2(le32_get(b->sector), 512, MAX_NODE) ||
	    !probe_power_of_2(le32_get(b->node), MIN_NODE, MAX_NODE))
		return err_set(e, 0, "superblock contradicts itself: block size");
	if (le64_get(b->devices) == 0 || le64_get(b->device.id) == 0)
		return err_set(e, 0, "one of a set that is being changed");
	if (le64_get(b->device.size) > s->size)
		return err_set(e, 0, "larger than its place");
	return 0;
}

int btrfs_open(struct src *s, struct btrfs *b, struct err *e)
{
	*b = (struct btrfs){ .src = s };
	if (choose_super(s, &b->super, e) < 0 || judge_super(s, &b->super, e) < 0)
		return -1;
	b->node = le32_get(b->super.node);
	memcpy(b->block_uuid,
	       le64_get(b->super.incompat) & INCOMPAT_METADATA_UUID ? b->super.metadata_uuid
								    : b->super.fsid,
	       16);
	return btrfs_read_chunks(b, e);
}

void btrfs_close(struct btrfs *b)
{
	free(b->chunks);
	free(b->copies);
}

// Why its trees are not looked at; "" they are.
static void judge(struct src *s, struct fs_info *i)
{
	struct btrfs_super *b = mem_alloc(sizeof(*b));
	struct err why;

	if (!i->note[0] && (choose_super(s, b, &why) < 0 || judge_super(s, b, &why) < 0))
		snprintf(i->note, sizeof(i->note), "%.79s", why.text);
	free(b);
}

static int probe(struct src *s, struct fs_info *i, struct err *e)
{
	struct btrfs_super b;
	bool valid;
	int r = btrfs_super_read(s, 0, &b, &valid, e);

	if (r <= 0)
		return r;
	probe_begin(i, "btrfs");
	text_clean(i->label, sizeof(i->label), b.label, sizeof(b.label));
	probe_uuid(i->uuid, b.fsid);
	i->size = le64_get(b.total);
	i->used = le64_get(b.used);
	i->block = le32_get(b.sector);
	i->devices = le64_get(b.devices) < 1000 ? (unsigned)le64_get(b.devices) : 1000;
	if (le64_get(b.log_root) != 0) {
		i->clean = false;
		snprintf(i->note, sizeof(i->note), "log tree must be replayed");
	}
	if (le64_get(b.devices) == 1)
		probe_size(s, i);
	else
		snprintf(i->note, sizeof(i->note), "one of %llu devices",
			 (unsigned long long)le64_get(b.devices));
	if (!valid && le16_get(b.checksum_type) == 0) {
		i->damaged = true;
		snprintf(i->note, sizeof(i->note), "superblock: wrong checksum");
	}
	judge(s, i);
	return 1;
}

const struct fs_ops fsmap_btrfs = { .name = "btrfs",
				    .probe = probe,
				    .used = btrfs_used,
				    .owners = btrfs_owners,
				    .open = btrfs_files };
