// SPDX-License-Identifier: GPL-2.0-or-later
// The superblock of an ext file system: its kind, and what a new one of it would take.
#include <string.h>
#include <ext2fs/ext2_fs.h>

#include "base/buf.h"
#include "newfs/newfs.h"

// Features that a new file system gets when the old one has them. The others are about data that
// lies there in another way (inline_data, bigalloc, encrypt) or about the disk (mmp).
static const struct {
	char set; // compatible, incompatible, for reading only
	uint32_t bit;
	const char *name;
} known[] = {
	{ 'c', EXT3_FEATURE_COMPAT_HAS_JOURNAL, "has_journal" },
	{ 'c', EXT2_FEATURE_COMPAT_EXT_ATTR, "ext_attr" },
	{ 'c', EXT2_FEATURE_COMPAT_RESIZE_INODE, "resize_inode" },
	{ 'c', EXT2_FEATURE_COMPAT_DIR_INDEX, "dir_index" },
	{ 'i', EXT2_FEATURE_INCOMPAT_FILETYPE, "filetype" },
	{ 'i', EXT3_FEATURE_INCOMPAT_EXTENTS, "extent" },
	{ 'i', EXT4_FEATURE_INCOMPAT_64BIT, "64bit" },
	{ 'i', EXT4_FEATURE_INCOMPAT_FLEX_BG, "flex_bg" },
	{ 'r', EXT2_FEATURE_RO_COMPAT_SPARSE_SUPER, "sparse_super" },
	{ 'r', EXT2_FEATURE_RO_COMPAT_LARGE_FILE, "large_file" },
	{ 'r', EXT4_FEATURE_RO_COMPAT_HUGE_FILE, "huge_file" },
	{ 'r', EXT4_FEATURE_RO_COMPAT_GDT_CSUM, "uninit_bg" },
	{ 'r', EXT4_FEATURE_RO_COMPAT_DIR_NLINK, "dir_nlink" },
	{ 'r', EXT4_FEATURE_RO_COMPAT_EXTRA_ISIZE, "extra_isize" },
	{ 'r', EXT4_FEATURE_RO_COMPAT_METADATA_CSUM, "metadata_csum" },
};

static void features(const struct ext2_super_block *sb, struct newfs_kind *k)
{
	size_t n = (size_t)snprintf(k->features, sizeof k->features, "none");

	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		uint32_t set = known[i].set == 'c'   ? sb->s_feature_compat
			       : known[i].set == 'i' ? sb->s_feature_incompat
						     : sb->s_feature_ro_compat;

		if (set & known[i].bit)
			n += (size_t)snprintf(k->features + n, sizeof k->features - n, ",%s",
					      known[i].name);
	}
}

int newfs_kind_of(struct src *s, struct newfs_kind *k, struct err *e)
{
	struct ext2_super_block sb;
	bool four;

	_Static_assert(sizeof sb == 1024, "ext superblock");
	if (src_read(s, 1024, &sb, sizeof sb, e))
		return -1;
	if (sb.s_magic != EXT2_SUPER_MAGIC || sb.s_free_inodes_count > sb.s_inodes_count)
		return err_set(e, 0, "%s: it is no sound ext file system", s->name);
	*k = (struct newfs_kind){
		.inode_size = sb.s_rev_level ? sb.s_inode_size : EXT2_GOOD_OLD_INODE_SIZE,
		.mount_options = sb.s_default_mount_opts,
		.errors = sb.s_errors,
		.journal = sb.s_feature_compat & EXT3_FEATURE_COMPAT_HAS_JOURNAL,
		.inodes = sb.s_inodes_count - sb.s_free_inodes_count,
	};
	if (k->inode_size < EXT2_GOOD_OLD_INODE_SIZE || k->inode_size > 4096 ||
	    (k->inode_size & (k->inode_size - 1)))
		return err_set(e, 0, "%s: its inodes have %u bytes", s->name, k->inode_size);
	four = sb.s_feature_incompat &
	       (EXT3_FEATURE_INCOMPAT_EXTENTS | EXT4_FEATURE_INCOMPAT_64BIT |
		EXT4_FEATURE_INCOMPAT_FLEX_BG);
	str_copy(k->type, sizeof k->type, four ? "ext4" : k->journal ? "ext3" : "ext2");
	features(&sb, k);
	return 0;
}

// Inode tables; descriptors and bitmaps; room to grow for the descriptors; the journal.
uint64_t newfs_overhead(const struct newfs_kind *k, uint64_t size, uint64_t inodes)
{
	uint64_t groups = size / (128 << 20) + 1, backups = groups < 8 ? groups : 8 + groups / 16;

	return (inodes + 8 * groups) * k->inode_size + groups * 3 * 4096 +
	       backups * (groups / 64 + 1 + size / (16ull << 30) + 1) * 4096 + (4 << 20) +
	       (k->journal ? size / 64 < (128u << 20) ? size / 64 + (4 << 20) : 128u << 20 : 0);
}

// Inodes, a block of a folder for every eight of them, lists of blocks.
uint64_t newfs_scratch(const struct newfs_kind *k, uint64_t used, uint64_t inodes)
{
	return inodes * (k->inode_size + 512) + used / 512 + (16 << 20);
}
