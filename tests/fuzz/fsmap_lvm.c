// SPDX-License-Identifier: GPL-2.0-or-later
// LVM2: label, metadata areas, metadata text, and what is looked into behind them. Checksums are
// made right when they are read, so that what they protect is reached.
#include <stdlib.h>

#include "copy/wanted.h"
#include "fsmap/lvm.h"
#include "sealed.h"

static le32 crc_of(const void *p, size_t n)
{
	return le32_put(~crc32_add(~0xf597a6cfu, p, n));
}

// The header of a metadata area: 28 offset, 30 length, 38 checksum of the text.
static void seal_area(struct src *s, uint64_t at, uint8_t *p)
{
	static uint8_t text[1 << 16];
	le64 size, off, len;
	le32 crc;

	memcpy(&size, p + 0x20, 8);
	memcpy(&off, p + 0x28, 8);
	memcpy(&len, p + 0x30, 8);
	if (le64_get(len) <= sizeof(text) && le64_get(off) < le64_get(size)) {
		uint64_t straight = le64_get(size) - le64_get(off);

		if (straight > le64_get(len))
			straight = le64_get(len);
		sparse_read(s, at + le64_get(off), text, straight, NULL);
		sparse_read(s, at + 512, text + straight, le64_get(len) - straight, NULL);
		crc = crc_of(text, le64_get(len));
		memcpy(p + 0x38, &crc, 4);
	}
	crc = crc_of(p + 4, 508);
	memcpy(p, &crc, 4);
}

static int sealed_lvm_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	le32 crc;

	sparse_read(s, off, p, n, e);
	if (n == 512 && memcmp(p, "LABELONE", 8) == 0) {
		crc = crc_of((uint8_t *)p + 20, 492);
		memcpy((uint8_t *)p + 16, &crc, 4);
	}
	if (n == 512 && memcmp((uint8_t *)p + 4, " LVM2 x[5A%r0N*>", 16) == 0)
		seal_area(s, off, p);
	return 0;
}

// Groups and volumes become paths.
static void names(struct src *s)
{
	struct lvm l;
	char name[600], device[620];

	if (lvm_read(s, &l, NULL) <= 0)
		return;
	for (size_t k = 0; k < l.n_volumes; k++) {
		const char *volume = l.volumes[k].name;

		lvm_mapper_name(volume, name, sizeof(name));
		snprintf(device, sizeof(device), "/dev/mapper/%s", name);
		if (strchr(name, '/') || strncmp(volume, "../", 3) == 0 ||
		    !lvm_called(volume, device))
			abort();
	}
	lvm_close(&l);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct src_ops ops = { .read = sealed_lvm_read };
	struct sparse f = sealed_file(&ops, data, len);
	struct map used MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };

	wanted_used(&f.src, &used, &notes, NULL);
	names(&f.src);
	return 0;
}
