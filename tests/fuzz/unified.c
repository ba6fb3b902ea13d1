// SPDX-License-Identifier: GPL-2.0-or-later
// Unified kernels: what is said of a section lies in the file.
#include <stdlib.h>

#include "inspect/unified.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static volatile uint8_t sum;
	struct view file = view_of(data, len);
	struct unified u;

	if (!unified_read(file, &u))
		return 0;
	if (!u.len[UNIFIED_LINUX])
		abort();
	for (int s = 0; s < UNIFIED_SECTIONS; s++) {
		struct view v = unified_section(&u, file, (enum unified_section)s);

		if (v.len > u.len[s])
			abort();
		for (size_t i = 0; i < v.len; i++)
			sum += v.base[i];
	}
	return 0;
}
