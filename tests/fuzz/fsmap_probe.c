// SPDX-License-Identifier: GPL-2.0-or-later
// The recognisers of all file systems. The texts they give must be fit for a terminal.
#include "fsmap/fsmap.h"
#include "memory.h"

static void check_text(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			__builtin_trap();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct memory m = memory_disk(data, len, len < 1 << 20 ? 1 << 20 : len);
	struct fs_info i;

	if (fs_probe(&m.src, &i, NULL) > 0) {
		check_text(i.type);
		check_text(i.label);
		check_text(i.uuid);
		check_text(i.note);
	}
	return 0;
}
