// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: whose are the bytes that are missing?
#include "owners.h"
#include "sealed.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct sparse f = sealed_file(&sealed_btrfs, data, len);

	return f.src.size ? ask_owners(&f) : 0;
}
