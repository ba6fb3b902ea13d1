// SPDX-License-Identifier: GPL-2.0-or-later
// Undo files whose hash is right (it is put in here, else nothing would get
// past it): every range must lie on the disk.
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "work/undo.h"
#include "work/undo_disk.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void put_hash(uint8_t *file, size_t len)
{
	struct undo_head *h = (struct undo_head *)file;
	struct sha256 s;
	char hex[65];

	memset(h->sha256, 0, sizeof h->sha256);
	sha256_begin(&s);
	sha256_add(&s, file, len);
	sha256_end(&s, hex);
	for (size_t i = 0; i < sizeof h->sha256; i++) {
		char digits[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		h->sha256[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	int fd = memfd_create("undo", MFD_CLOEXEC);
	char *path STR_AUTO = mem_printf("/proc/self/fd/%d", fd);
	uint8_t *file = mem_alloc(len);
	struct undo u;

	memcpy(file, data, len);
	if (len >= sizeof(struct undo_head))
		put_hash(file, len);
	if (write(fd, file, len) == (ssize_t)len && !undo_open(&u, path, NULL, NULL)) {
		for (size_t i = 0; i < u.n; i++)
			if (u.r[i].off > u.disk_size || u.r[i].len > u.disk_size - u.r[i].off)
				abort();
		undo_close(&u);
	}
	free(file);
	close(fd);
	return 0;
}
