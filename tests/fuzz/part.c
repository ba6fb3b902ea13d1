// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables, and every edit of the first partitions.
#include "memory.h"
#include "part/edit.h"
#include "part/fit.h"

// The disk with another size: all of it can be read.
static void fit(struct src *s, uint64_t size)
{
	struct src *fitted;
	uint8_t data[4096];

	if (part_fit(s, size, &fitted, NULL, NULL))
		return;
	for (uint64_t off = 0; off < size; off += sizeof data)
		if (src_read(fitted, off, data, size - off < sizeof data ? size - off : sizeof data,
			     NULL))
			__builtin_trap();
	src_close(fitted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len < 4096 ? 1 << 20 : len);
	struct part_edits x;
	struct part_table t;

	if (part_read(&m.src, &t, NULL) < 0)
		return 0;
	for (unsigned i = 0; i < t.n && i < 2; i++) {
		part_type_name(&t.p[i]);
		part_edit_type(&m.src, t.p[i].number, 0x83, &x, NULL);
		part_edit_guid(&m.src, t.p[i].number, "0fc63daf-8483-4772-8e79-3d69d8477de4", &x,
			       NULL);
		part_edit_place(&m.src, t.p[i].number, t.p[i].off + 512, t.p[i].len - 512, &x,
				NULL);
	}
	fit(&m.src, len + 1000);
	fit(&m.src, 700000);
	return 0;
}
