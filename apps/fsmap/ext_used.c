// SPDX-License-Identifier: GPL-2.0-or-later
// Which blocks of an ext file system are in use: the block bitmaps, and the metadata whatever these
// say, one group after the other.
//
// A group whose bitmap does not fit its descriptor is used whole. Without a journal the bitmaps are
// believed only when the file system was unmounted cleanly. With one that waits to be replayed,
// used is what any version of a bitmap says: the one on the disk, or one of those in the journal.
// So whatever blocks the replayed file system will have, they are there, wherever the replay ends.
// That group must make sense as the replay leaves it.
//
// Where copies had to be taken for the superblock or the descriptors, these are of another time:
// then the bitmaps are believed as they are.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fsmap/ext_log.h"
#include "fsmap/rescue.h"
#include "fsmap/used.h"

struct drawing {
	ext2_filsys fs;
	struct map *m;
	struct ext_log log;
	struct doubt doubt;
	bool torn;	  // there are copies in place of tables
	uint8_t *bits;	  // of a group: all versions together
	uint8_t *version; // one of them; at last the one that a replay leaves
};

static uint64_t first_byte(ext2_filsys fs, dgrp_t g)
{
	return ext2fs_group_first_block2(fs, g) * fs->blocksize;
}

static uint64_t last_byte(ext2_filsys fs, dgrp_t g)
{
	return (ext2fs_group_last_block2(fs, g) + 1) * fs->blocksize;
}

static uint64_t unit(ext2_filsys fs)
{
	return (uint64_t)fs->blocksize << fs->cluster_ratio_bits;
}

// How many blocks, or clusters, this group has.
static uint32_t units(ext2_filsys fs, dgrp_t g)
{
	return (uint32_t)((last_byte(fs, g) - first_byte(fs, g) + unit(fs) - 1) / unit(fs));
}

static void mark(struct drawing *d, uint64_t block, uint64_t count)
{
	uint64_t end = ext2fs_blocks_count(d->fs->super);

	if (block < end)
		used_add(d->m, block * d->fs->blocksize,
			 (count < end - block ? count : end - block) * d->fs->blocksize);
}

static void mark_each(void *arg, uint64_t block, uint64_t count)
{
	mark(arg, block, count);
}

// Block i of the group descriptors.
static uint64_t desc_block(ext2_filsys fs, uint32_t i)
{
	uint64_t super = 1024 / fs->blocksize;

	if (ext2fs_has_feature_meta_bg(fs->super) && i >= fs->super->s_first_meta_bg)
		return ext2fs_descriptor_block_loc2(fs, fs->super->s_first_data_block, i);
	return super + 1 + i;
}

// The newest descriptor of a group that the journal holds takes the place of that in memory. 1, 0
// when it holds none, -1 when it is unreadable.
static int newest_desc(struct drawing *d, dgrp_t g)
{
	ext2_filsys fs = d->fs;
	size_t size = EXT2_DESC_SIZE(fs->super), first;
	uint32_t per_block = EXT2_DESC_PER_BLOCK(fs->super);
	size_t n = ext_log_find(&d->log, desc_block(fs, g / per_block), &first);

	if (n == 0)
		return 0;
	if (!ext_log_load(&d->log, first + n - 1, d->version))
		return -1;
	memcpy(ext2fs_group_desc(fs, fs->group_desc, g), d->version + g % per_block * size, size);
	return 1;
}

static bool has_bitmap(ext2_filsys fs, dgrp_t g)
{
	return !ext2fs_has_group_desc_csum(fs) ||
	       !ext2fs_bg_flags_test(fs, g, EXT2_BG_BLOCK_UNINIT);
}

// Free units of a group without a bitmap: what its metadata leave.
static uint32_t free_in_map(const struct drawing *d, dgrp_t g)
{
	uint64_t at = first_byte(d->fs, g), start = at, end = last_byte(d->fs, g);
	uint64_t size = unit(d->fs), n = 0;
	struct range r;

	while (map_next(d->m, at, MAP_TODO, &r) && r.off < end) {
		at = r.off + r.len < end ? r.off + r.len : end;
		uint64_t from = (r.off - start + size - 1) / size;
		uint64_t to = at == end ? units(d->fs, g) : (at - start) / size;

		n += to > from ? to - from : 0;
	}
	return (uint32_t)n;
}

static uint32_t free_in_bits(const uint8_t *bits, uint32_t n)
{
	uint32_t used = 0, k = 0;

	for (; n - k >= 64; k += 64) {
		uint64_t word;

		memcpy(&word, bits + k / 8, sizeof(word));
		used += (uint32_t)__builtin_popcountll(word);
	}
	for (; k < n; k++)
		used += used_bit(bits, k);
	return n - used;
}

// All versions of a group's bitmap together in d->bits, the newest in d->version. NULL or what is
// wrong.
static const char *read_bitmaps(struct drawing *d, dgrp_t g)
{
	ext2_filsys fs = d->fs;
	uint64_t block = ext2fs_block_bitmap_loc(fs, g);
	size_t first, n = ext_log_find(&d->log, block, &first);

	if (block == 0 || block >= ext2fs_blocks_count(fs->super))
		return "bitmap lies nowhere";
	if (io_channel_read_blk64(fs->io, block, 1, d->version))
		return "bitmap is unreadable";
	memcpy(d->bits, d->version, fs->blocksize);
	for (size_t k = first; k < first + n; k++) {
		if (!ext_log_load(&d->log, k, d->version))
			return "bitmap in the journal is unreadable";
		for (size_t i = 0; i < fs->blocksize; i++)
			d->bits[i] |= d->version[i];
	}
	return NULL;
}

static const char *draw_bitmap(struct drawing *d, dgrp_t g, bool final)
{
	ext2_filsys fs = d->fs;
	const char *wrong = read_bitmaps(d, g);
	uint32_t n = units(fs, g);

	if (wrong)
		return wrong;
	if (final &&
	    (!ext2fs_block_bitmap_csum_verify(fs, g, (char *)d->version,
					      (int)(fs->super->s_clusters_per_group / 8)) ||
	     free_in_bits(d->version, n) != ext2fs_bg_free_blocks_count(fs, g)))
		return "bitmap is damaged";
	used_bits(d->m, first_byte(fs, g), unit(fs), d->bits, n);
	return NULL;
}

// NULL or what is wrong with a group.
static const char *draw_group(struct drawing *d, dgrp_t g)
{
	ext2_filsys fs = d->fs;
	uint64_t bitmap = ext2fs_block_bitmap_loc(fs, g), inodes = ext2fs_inode_bitmap_loc(fs, g),
		 table = ext2fs_inode_table_loc(fs, g);
	bool had = has_bitmap(fs, g);
	int newer;

	if (d->torn)
		return draw_bitmap(d, g, false);
	newer = newest_desc(d, g);
	if (newer < 0)
		return "descriptor in the journal is unreadable";
	if (newer)
		ext_group_own(fs, g, mark_each, d);
	if (!ext2fs_group_desc_csum_verify(fs, g))
		return "descriptor is damaged";
	if (bitmap != ext2fs_block_bitmap_loc(fs, g) || inodes != ext2fs_inode_bitmap_loc(fs, g) ||
	    table != ext2fs_inode_table_loc(fs, g))
		return "descriptor moves its tables";
	// A group gets its bitmap late; then the one on the disk may be garbage, which does no
	// harm.
	if (has_bitmap(fs, g))
		return draw_bitmap(d, g, true);
	if (had)
		return draw_bitmap(d, g, false);
	return free_in_map(d, g) == ext2fs_bg_free_blocks_count(fs, g) ? NULL
								       : "descriptor is damaged";
}

// What of the superblock decides where things lie. Other features come while it is mounted, such as
// that of large files.
static bool same_shape(const struct ext2_super_block *a, const struct ext2_super_block *b)
{
	uint32_t incompat = EXT2_FEATURE_INCOMPAT_META_BG | EXT4_FEATURE_INCOMPAT_64BIT |
			    EXT4_FEATURE_INCOMPAT_FLEX_BG;
	uint32_t ro_compat = EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER | EXT4_FEATURE_RO_COMPAT_GDT_CSUM |
			     EXT4_FEATURE_RO_COMPAT_METADATA_CSUM | EXT4_FEATURE_RO_COMPAT_BIGALLOC;

	return a->s_blocks_count == b->s_blocks_count &&
	       a->s_blocks_count_hi == b->s_blocks_count_hi &&
	       a->s_inodes_count == b->s_inodes_count &&
	       ((a->s_feature_incompat ^ b->s_feature_incompat) & incompat) == 0 &&
	       ((a->s_feature_ro_compat ^ b->s_feature_ro_compat) & ro_compat) == 0 &&
	       a->s_reserved_gdt_blocks == b->s_reserved_gdt_blocks &&
	       a->s_first_meta_bg == b->s_first_meta_bg && a->s_desc_size == b->s_desc_size &&
	       memcmp(a->s_backup_bgs, b->s_backup_bgs, sizeof(a->s_backup_bgs)) == 0;
}

// False when the journal changes the size of the file system or its features.
static bool same_super(struct drawing *d)
{
	size_t first, n = ext_log_find(&d->log, 1024 / d->fs->blocksize, &first);
	struct ext2_super_block sb;

	for (size_t k = first; k < first + n; k++) {
		if (!ext_log_load(&d->log, k, d->version))
			return false;
		memcpy(&sb, d->version + 1024 % d->fs->blocksize, sizeof(sb));
		if (!same_shape(&sb, d->fs->super))
			return false;
	}
	return true;
}

static void draw(struct drawing *d)
{
	ext2_filsys fs = d->fs;
	uint64_t end = ext2fs_blocks_count(fs->super) * fs->blocksize;

	// In front of the first block lies a boot sector, behind the last one what we do not know.
	used_add(d->m, 0, 2048);
	used_add(d->m, end, d->m->size > end ? d->m->size - end : 0);
	for (dgrp_t g = 0; g < fs->group_desc_count; g++)
		ext_group_tables(fs, g, mark_each, d);
	for (size_t k = 0; k < d->log.n_pieces; k++)
		mark(d, d->log.pieces[k].block, d->log.pieces[k].n);
	for (dgrp_t g = 0; g < fs->group_desc_count; g++) {
		const char *wrong = draw_group(d, g);
		uint64_t len = last_byte(fs, g) - first_byte(fs, g);

		if (wrong) {
			used_doubt(&d->doubt, len, "group %u's %s", g, wrong);
			used_add(d->m, first_byte(fs, g), len);
		}
	}
}

int ext_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct drawing d = { .m = m, .torn = rescue_is(s) };
	struct fs_info i;
	struct ext_io io;
	int rc = 0;

	if (fsmap_ext.probe(s, &i, e) != 1)
		return err_set(e, 0, "%s: not an ext file system", s->name);
	if (ext_open(s, !d.torn, &io, &d.fs, e) < 0)
		return -1;
	bool replay = ext2fs_has_feature_journal_needs_recovery(d.fs->super);

	d.bits = mem_alloc(2 * d.fs->blocksize);
	d.version = d.bits + d.fs->blocksize;
	if (!d.torn && (i.damaged || !(d.fs->super->s_state & EXT2_VALID_FS)))
		rc = err_set(e, 0, "%s", i.note);
	else if (replay && !d.torn)
		rc = ext_log_read(d.fs, &io, &d.log, e);
	if (rc == 0 && !same_super(&d))
		rc = err_set(e, 0, "its journal changes its shape");
	if (rc == 0) {
		draw(&d);
		used_tell(&d.doubt, why, why_size);
	}
	ext_log_free(&d.log);
	free(d.bits);
	ext2fs_free(d.fs);
	return rc;
}
