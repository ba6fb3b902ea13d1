// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking VHDX files of strangers. Flag 1: checksums stay as they are, else they are
// made right, so that what stands behind them is reached.
#include "guest.h"
#include "image/vhdx.h"
#include "sparse.h"

static void mend(struct sparse *f, uint64_t off, size_t n, le32 *sum)
{
	static uint8_t data[VHDX_TABLE_SIZE];

	if (src_read(&f->src, off, data, n, NULL))
		return;
	*sum = le32_put(vhdx_checksum(data, n));
	sparse_add(f, off + offsetof(struct vhdx_header, checksum), sum, sizeof *sum);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sparse_file(data, len);
	le32 sum[4];

	for (unsigned i = 0; i < 2 && !(f.flags & 1); i++) {
		mend(&f, VHDX_HEADER_AT(i), VHDX_HEADER_SIZE, sum + i);
		mend(&f, VHDX_REGIONS_AT(i), VHDX_TABLE_SIZE, sum + 2 + i);
	}
	guest_of(&f.src, &image_vhdx);
	return 0;
}
