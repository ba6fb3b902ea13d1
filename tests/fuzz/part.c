// SPDX-License-Identifier: GPL-2.0-or-later
// Partition tables, and every edit of the first partitions.
#include "memory.h"
#include "part/edit.h"

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
	return 0;
}
