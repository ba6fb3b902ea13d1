// SPDX-License-Identifier: GPL-2.0-or-later
// Configurations of network cards: what comes of them are names that a kernel would take.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "inspect/nics.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = mem_alloc(len + 1);

	memcpy(text, data, len);
	text[len] = 0;
	for (int kind = NICS_IFCFG; kind <= NICS_RULES; kind++) {
		struct nics n = { 0 };

		nics_read((enum nics_kind)kind, "ifcfg-eth0", text, &n);
		for (unsigned i = 0; i < n.n; i++) {
			size_t name = strlen(n.v[i].name), mac = strlen(n.v[i].mac);

			if (!name || name > 15 || strpbrk(n.v[i].name, "/ \n.") ||
			    (mac && mac != 17))
				abort();
		}
		if (n.n > SYSTEM_NICS)
			abort();
	}
	free(text);
	return 0;
}
