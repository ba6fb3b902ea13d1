// SPDX-License-Identifier: GPL-2.0-or-later
// XFS: superblock, log, free-space trees.
#include "fsmap/fsmap.h"
#include "sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sealed_file(&sealed_xfs, data, len);
	struct map used MAP_AUTO = { 0 };
	char why[160];

	fs_used(&f.src, &used, why, sizeof(why), NULL);
	return 0;
}
