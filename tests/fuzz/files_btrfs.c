// SPDX-License-Identifier: GPL-2.0-or-later
// Files of btrfs on a hostile image.
#include "files.h"
#include "sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sealed_file(&sealed_btrfs, data, len);

	files_in(&fsmap_btrfs, &f.src, "/usr", "usr/../bin/sh");
	return 0;
}
