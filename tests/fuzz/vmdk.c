// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and checking VMDK files of strangers. The file ends with the input, for there its footer
// is.
#include "guest.h"
#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len);

	guest_of(&m.src, &image_vmdk);
	return 0;
}
