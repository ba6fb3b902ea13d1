// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking files of zstd frames. The file ends with the input: there is its table.
#include "guest.h"
#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len);

	guest_of(&m.src, &image_raw_zst);
	return 0;
}
