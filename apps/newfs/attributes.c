// SPDX-License-Identifier: GPL-2.0-or-later
// Extended attributes. With inodes of 128 bytes they need a block of their own, and on a system
// with SELinux every file has one: as in the kernel's file systems, files whose attributes are the
// same share it.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/xattr.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "newfs/build.h"
#include "newfs/swap.h"
#include "newfs/xattrs.h"

#define SHARED_MAX 1024 // files to a block, the kernel's own limit

static struct key key_of(const struct attributes *a)
{
	struct sha256 s;
	struct key k;
	char hex[65];

	sha256_begin(&s);
	for (size_t i = 0; i < a->n; i++) {
		sha256_add(&s, a->v[i].name, strlen(a->v[i].name) + 1);
		sha256_add(&s, &a->v[i].len, sizeof a->v[i].len);
		sha256_add(&s, a->v[i].value, a->v[i].len);
	}
	sha256_end(&s, hex);
	for (size_t i = 0; i < 4; i++) {
		char word[17];

		memcpy(word, hex + 16 * i, 16);
		word[16] = 0;
		k.word[i] = strtoull(word, NULL, 16);
	}
	return k;
}

static int store(struct build *b, struct node *x, const struct attributes *a, struct err *e)
{
	struct ext2_xattr_handle *h;
	errcode_t code = ext2fs_xattrs_open(b->fs, x->ino, &h);

	if (code)
		return build_fail(e, code, "begin the attributes of an inode");
	code = ext2fs_xattrs_read(h);
	for (size_t i = 0; i < a->n && !code; i++)
		code = ext2fs_xattr_set(h, a->v[i].name, a->v[i].value, a->v[i].len);
	ext2fs_xattrs_close(&h);
	if (code == EXT2_ET_BLOCK_ALLOC_FAIL)
		return build_full(b, e);
	if (code == EXT2_ET_EA_NO_SPACE)
		return err_set(e, ENOSPC,
			       "new file system: the attributes of a file need more than a block");
	return code ? build_fail(e, code, "write the attributes of an inode") : 0;
}

// Uses the block that has them already. 1 done, 0 there is none with room for one more.
static int share(struct build *b, struct node *x, blk64_t block, struct err *e)
{
	uint32_t count = 0;
	errcode_t code = ext2fs_adjust_ea_refcount3(b->fs, block, NULL, 0, &count, x->ino);

	if (!code && count >= SHARED_MAX)
		return 0;
	if (!code)
		code = ext2fs_adjust_ea_refcount3(b->fs, block, NULL, 1, &count, x->ino);
	ext2fs_file_acl_block_set(b->fs, EXT2_INODE(&x->i), block);
	ext2fs_iblk_add_blocks(b->fs, EXT2_INODE(&x->i), 1);
	if (!code)
		code = ext2fs_write_inode(b->fs, x->ino, EXT2_INODE(&x->i));
	return code ? build_fail(e, code, "share the attributes of an inode") : 1;
}

static int put(struct build *b, struct node *x, const struct attributes *a, struct err *e)
{
	struct ext2_inode inode;
	struct key key;
	uint64_t *block;
	errcode_t code;
	int rc;

	if (EXT2_INODE_SIZE(b->fs->super) > EXT2_GOOD_OLD_INODE_SIZE)
		return store(b, x, a, e);
	key = key_of(a);
	block = keys_at(&b->shared, &key);
	rc = *block ? share(b, x, *block, e) : 0;
	if (rc)
		return rc < 0 ? -1 : 0;
	if (store(b, x, a, e))
		return -1;
	code = ext2fs_read_inode(b->fs, x->ino, &inode);
	if (code)
		return build_fail(e, code, "read an inode");
	*block = ext2fs_file_acl_block(b->fs, &inode);
	return 0;
}

// Where the tree has labels.
int attributes_of_swap(struct build *b, struct node *x, int root, struct err *e)
{
	static const char label[] = SWAP_LABEL;
	struct attribute one = { "security.selinux", (uint8_t *)label, sizeof label };
	char text[256];

	if (fgetxattr(root, one.name, text, sizeof text) < 0)
		return 0;
	return put(b, x, &(struct attributes){ .v = &one, .n = 1 }, e);
}

int attributes_copy(struct build *b, struct node *x, const char *path, struct err *e)
{
	struct attributes a;
	int rc = attributes_read(&a, path, e);

	if (!rc && a.n && !ext2fs_has_feature_xattr(b->fs->super))
		ext2fs_set_feature_xattr(b->fs->super);
	if (!rc && a.n)
		rc = put(b, x, &a, e);
	attributes_free(&a);
	return rc;
}
