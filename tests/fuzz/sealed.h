// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of XFS: checksums are made right when they are read, so that what they protect
// is reached.
#ifndef TESTS_FUZZ_SEALED_H
#define TESTS_FUZZ_SEALED_H

#include "base/crc.h"
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

static inline struct sparse sealed_file(const uint8_t *data, size_t len)
{
	static const struct src_ops ops = { .read = sealed_read };
	struct sparse f = sparse_file(data, len);

	f.src.ops = &ops;
	return f;
}

#endif
