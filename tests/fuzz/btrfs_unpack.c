// SPDX-License-Identifier: GPL-2.0-or-later
// Packed extents of btrfs: how (8 bits), length unpacked (16 bits), the bytes.
#include <stdlib.h>

#include "fsmap/btrfs_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n = len < 3 ? 0 : 1 + data[1] + 256u * data[2];
	uint8_t *p = n ? mem_zero(1, n) : NULL;

	if (n)
		btrfs_unpack((enum btrfs_packing)(data[0] & 3), view_of(data + 3, len - 3), 4096, p,
			     n);
	free(p);
	return 0;
}
