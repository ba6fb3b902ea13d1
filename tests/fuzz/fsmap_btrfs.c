// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: superblocks, chunks, extent and log trees. Checksums are made right when they are read, so
// that what they protect is reached.
#include "base/crc.h"
#include "fsmap/fsmap.h"
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
