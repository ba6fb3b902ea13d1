// SPDX-License-Identifier: GPL-2.0-or-later
// Hostile cabinets: what comes out is not longer than was asked for, and nothing on failure.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "cabinet/cabinet.h"
#include "registry/ide.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

struct memory {
	const uint8_t *p;
	size_t read;
};

// A limit to the time, as the process apart has one.
#define ENOUGH ((size_t)4 << 20)

static int read_memory(void *arg, uint64_t off, void *p, size_t n)
{
	struct memory *m = arg;

	m->read += n;
	if (m->read > ENOUGH)
		return ETIMEDOUT;
	memcpy(p, m->p + off, n);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len ? len : 1);
	struct memory m = { copy, 0 };
	struct cabinet_in in = { len, read_memory, &m };
	struct cabinet *c;
	struct err e;

	memcpy(copy, data, len);
	if (!cabinet_open(&c, "x.cab", &in, &e)) {
		for (unsigned i = 0; i < IDE_N_FILES; i++) {
			struct buf out = { 0 };

			if (cabinet_unpack(c, ide_files[i], 65536, &out, &e) ? out.len != 0
									     : out.len > 65536)
				abort();
			ide_fits(&out, "i386");
			ide_fits(&out, "x86_64");
			buf_free(&out);
		}
		cabinet_close(c);
	}
	free(copy);
	return 0;
}
