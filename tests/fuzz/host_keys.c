// SPDX-License-Identifier: GPL-2.0-or-later
// What lies on a stick as known host keys: what is taken of it is taken again as it is, speaks of
// single servers only, and a server that is forgotten is not in it any more.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "far/host_keys.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	struct buf once = { 0 }, twice = { 0 }, both = { 0 }, left = { 0 };
	char *text = malloc(len); // exactly: the sanitizer sees the byte behind it
	char host[300];
	size_t n;

	memcpy(text, data, len);
	host_keys_take(text, len, &once);
	free(text);
	if (once.len > HOST_KEYS_MAX || strpbrk(buf_str(&once), "*?!,|#\"\\\r\t") ||
	    host_keys_take(buf_str(&once), once.len, &twice) ||
	    strcmp(buf_str(&once), buf_str(&twice)))
		abort();
	buf_puts(&both, buf_str(&once));
	host_keys_merge(&both, buf_str(&once));
	if (both.len != once.len)
		abort();
	n = strcspn(buf_str(&once), " ");
	if (n && n < sizeof host) {
		memcpy(host, once.s, n);
		host[n] = 0;
		if (!host_keys_forget(buf_str(&once), host, &left) || left.len >= once.len ||
		    host_keys_forget(buf_str(&left), host, &both))
			abort();
	}
	buf_free(&once);
	buf_free(&twice);
	buf_free(&both);
	buf_free(&left);
	return 0;
}
