// SPDX-License-Identifier: GPL-2.0-or-later
// Files of XFS on a hostile image.
#include "files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	files_of(&fsmap_xfs, data, len, "/folder", "folder/../link");
	return 0;
}
