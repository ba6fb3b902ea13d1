// SPDX-License-Identifier: GPL-2.0-or-later
// FAT: recognised, and its used map.
#include "used.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return ask_used(&fsmap_fat, data, len);
}
