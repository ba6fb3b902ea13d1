// SPDX-License-Identifier: GPL-2.0-or-later
// md superblocks; what is to be erased must lie on the member.
#include "memory.h"
#include "raid/raid.h"

static void look(const uint8_t *data, size_t len, uint64_t size)
{
	struct memory m = memory_disk(data, len, size);
	struct raid_member member;
	struct range r[16];

	raid_read(&m.src, &member, NULL);
	unsigned n = raid_super_ranges(&m.src, r, 16);

	for (unsigned i = 0; i < n; i++)
		if (r[i].off > size || r[i].len > size - r[i].off)
			__builtin_trap();
}

// As the whole of a small member, and as the beginning of a larger one.
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	look(data, len, len < 131072 ? 131072 : len);
	look(data, len, 4 << 20);
	return 0;
}
