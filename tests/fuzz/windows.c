// SPDX-License-Identifier: GPL-2.0-or-later
// What we ask of hivex, over hostile hives: the same bytes are SYSTEM, SOFTWARE and hal.dll.
#include <stdio.h>

#include "registry/windows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf file BUF_AUTO = { 0 };
	struct windows w;

	buf_add(&file, data, len);
	windows_read(&w, &file, &file, &file, NULL);
	return 0;
}
