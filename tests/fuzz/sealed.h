// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of file systems with checksums: those are made right when they are read, so that
// what they protect is reached.
#ifndef TESTS_FUZZ_SEALED_H
#define TESTS_FUZZ_SEALED_H

#include "base/crc.h"
#include "sparse.h"

// The input as sparse.h has it, read by ops.
static inline struct sparse sealed_file(const struct src_ops *ops, const uint8_t *data, size_t len)
{
	struct sparse f = sparse_file(data, len);

	f.src.ops = ops;
	return f;
}

static void seal_xfs(uint8_t *p, size_t n, const char *magic, size_t at)
{
	le32 crc = { 0 };

	if (n < at + 4 || memcmp(p, magic, 4) != 0)
		return;
	memset(p + at, 0, 4);
	crc = le32_put(crc32c_add(0, p, n));
	memcpy(p + at, &crc, 4);
}

static int sealed_xfs_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	sparse_read(s, off, p, n, e);
	seal_xfs(p, n, "XFSB", 0xe0);
	seal_xfs(p, n, "XAGF", 0xd8);
	seal_xfs(p, n, "AB3B", 0x34);
	return 0;
}

static int sealed_btrfs_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	le32 crc;

	sparse_read(s, off, p, n, e);
	if (n >= 4096) {
		crc = le32_put(crc32c_add(0, (uint8_t *)p + 32, n - 32));
		memcpy(p, &crc, 4);
	}
	return 0;
}

static const struct src_ops sealed_xfs = { .read = sealed_xfs_read };
static const struct src_ops sealed_btrfs = { .read = sealed_btrfs_read };

#endif
