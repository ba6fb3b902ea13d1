// SPDX-License-Identifier: GPL-2.0-or-later
// For fuzz targets: the input as a disk. Small inputs reach far: what is not given reads as zeros,
// up to `size`.
#ifndef TESTS_FUZZ_MEMORY_H
#define TESTS_FUZZ_MEMORY_H

#include <string.h>

#include "block/src.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct memory {
	struct src src;
	const uint8_t *data;
	size_t len;
};

static int memory_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct memory *m = (struct memory *)s;
	size_t have = off < m->len ? m->len - (size_t)off : 0;

	(void)e;
	memset(p, 0, n);
	if (have > 0)
		memcpy(p, m->data + off, have < n ? have : n);
	return 0;
}

static inline struct memory memory_disk(const uint8_t *data, size_t len, uint64_t size)
{
	static const struct src_ops ops = { .read = memory_read };

	return (struct memory){ .src = { .ops = &ops, .size = size, .sector = 512, .name = "fuzz" },
				.data = data,
				.len = len };
}

#endif
