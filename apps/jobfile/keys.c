// SPDX-License-Identifier: GPL-2.0-or-later
#include "jobfile/keys.h"

#include <string.h>

unsigned public_keys(const char *text, struct buf *out)
{
	static const char *const kinds[] = { "ssh-ed25519 ", "ssh-rsa ", "ecdsa-sha2-nistp256 ",
					     "ecdsa-sha2-nistp384 ", "ecdsa-sha2-nistp521 " };
	unsigned found = 0;

	while (*text) {
		size_t n = strcspn(text, "\r\n");

		for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
			if (strncmp(text, kinds[i], strlen(kinds[i])))
				continue;
			buf_add(out, text, n);
			buf_puts(out, "\n");
			found++;
		}
		text += n;
		text += strspn(text, "\r\n");
	}
	return found;
}
