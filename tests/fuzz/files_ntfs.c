// SPDX-License-Identifier: GPL-2.0-or-later
// Files of NTFS, by libntfs-3g over a hostile image.
#include "files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	files_of(&fsmap_ntfs, data, len, "/etc", "ETC/passwd");
	return 0;
}
