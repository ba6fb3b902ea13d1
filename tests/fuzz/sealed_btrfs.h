// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets of btrfs: checksums are made right when they are read, so that what they protect
// is reached.
#ifndef TESTS_FUZZ_SEALED_BTRFS_H
#define TESTS_FUZZ_SEALED_BTRFS_H

#include "base/crc.h"
#include "sparse.h"

static int sealed_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	le32 crc;

	sparse_read(s, off, p, n, e);
	if (n >= 4096) {
		crc = le32_put(crc32c_add(0, (uint8_t *)p + 32, n - 32));
		memcpy(p, &crc, 4);
	}
	return 0;
}

static inline struct sparse sealed_btrfs_file(const uint8_t *data, size_t len)
{
	static const struct src_ops ops = { .read = sealed_read };
	struct sparse f = sparse_file(data, len);

	f.src.ops = &ops;
	return f;
}

#endif
