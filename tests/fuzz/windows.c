// SPDX-License-Identifier: GPL-2.0-or-later
// What we ask of hivex, over hostile hives: the same bytes are SYSTEM, SOFTWARE and hal.dll. Then
// they are changed, and what comes out is read again.
#include <stdio.h>

#include "registry/windows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf file BUF_AUTO = { 0 }, changed BUF_AUTO = { 0 };
	struct ide_cure cure = { .service = { true, true, true }, .device = { true, true } };
	struct windows w;

	buf_add(&file, data, len);
	if (windows_read(&w, &file, &file, &file, NULL))
		return 0;
	if (!ide_merge(&file, &cure, &changed, NULL) && changed.len >= file.len)
		windows_read(&w, &changed, &changed, &file, NULL);
	return 0;
}
