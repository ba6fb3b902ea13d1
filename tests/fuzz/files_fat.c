// SPDX-License-Identifier: GPL-2.0-or-later
// Files of FAT on a hostile image.
#include "files.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	files_of(&fsmap_fat, data, len, "/EFI/BOOT", "EFI/boot/bootx64.efi");
	return 0;
}
