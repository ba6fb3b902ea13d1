// SPDX-License-Identifier: GPL-2.0-or-later
// Beginnings of kernels: the version that comes of one can be a part of a path.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/look.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char version[96];

	if (look_kernel_says(view_of(data, len), version, sizeof version) &&
	    (!isdigit((unsigned char)version[0]) || strpbrk(version, "/ \n")))
		abort();
	return 0;
}
