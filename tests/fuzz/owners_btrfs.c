// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: whose are the bytes that are missing?
#include "owners.h"
#include "sealed_btrfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sealed_btrfs_file(data, len);

	return f.src.size ? ask_owners(&f) : 0;
}
