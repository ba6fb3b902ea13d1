// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking qcow2 files of strangers.
#include "guest.h"
#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len < 65536 ? 65536 : len);

	guest_of(&m.src, &image_qcow2);
	return 0;
}
