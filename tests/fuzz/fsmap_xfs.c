// SPDX-License-Identifier: GPL-2.0-or-later
// XFS: superblock, log, free-space trees. Checksums are made right when they are read, so that what
// they protect is reached.
#include "base/crc.h"
#include "fsmap/fsmap.h"
#include "sparse.h"

static void seal(uint8_t *p, size_t n, const char *magic, size_t at)
{
	le32 crc = { 0 };

	if (n < at + 4 || memcmp(p, magic, 4) != 0)
		return;
	memset(p + at, 0, 4);
	crc = le32_put(crc32c_add(0, p, n));
	memcpy(p + at, &crc, 4);
}

static int sealed_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	sparse_read(s, off, p, n, e);
	seal(p, n, "XFSB", 0xe0);
	seal(p, n, "XAGF", 0xd8);
	seal(p, n, "AB3B", 0x34);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct src_ops ops = { .read = sealed_read };
	struct sparse f = sparse_file(data, len);
	struct map used MAP_AUTO = { 0 };
	char why[160];

	f.src.ops = &ops;
	fs_used(&f.src, &used, why, sizeof(why), NULL);
	return 0;
}
