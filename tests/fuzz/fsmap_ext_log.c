// SPDX-License-Identifier: GPL-2.0-or-later
// ext with a journal that waits to be replayed: the used map.
#include "used.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	return ask_used(&fsmap_ext, data, len);
}
