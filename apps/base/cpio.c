// SPDX-License-Identifier: GPL-2.0-or-later
// Reading and writing cpio. Hard links and checksums do not matter here and are passed over.
#include "base/cpio.h"

#include <stdlib.h>
#include <string.h>

#define HEAD 110
#define ENTRIES 1000000 // more is no archive of a system's start

enum {
	INO,
	MODE,
	UID,
	GID,
	NLINK,
	MTIME,
	SIZE,
	DEVMAJOR,
	DEVMINOR,
	RMAJOR,
	RMINOR,
	NAMESIZE,
	CHECK,
	FIELDS
};

bool cpio_magic(const void *p)
{
	const char *magic = p;

	return !memcmp(magic, "07070", 5) && (magic[5] == '1' || magic[5] == '2');
}

static int read_all(struct cpio *c, void *p, size_t n, struct err *e)
{
	size_t got;

	if (c->read(c->arg, p, n, &got, e))
		return -1;
	return got == n ? 0 : err_set(e, 0, "%s: cpio archive: it ends in the middle", c->name);
}

static int pass_over(struct cpio *c, uint64_t n, struct err *e)
{
	char piece[4096];

	while (n) {
		size_t k = n < sizeof piece ? (size_t)n : sizeof piece;

		if (read_all(c, piece, k, e))
			return -1;
		n -= k;
	}
	return 0;
}

static int read_head(struct cpio *c, uint32_t *f, struct err *e)
{
	char head[HEAD], digits[9] = "";

	if (read_all(c, head, sizeof head, e))
		return -1;
	if ((uint8_t)head[0] == 0x1f && (uint8_t)head[1] == 0x8b)
		return err_usage(e, "%s: it is compressed: unpack it first (gunzip)", c->name);
	if (!cpio_magic(head))
		return err_set(e, 0, "%s: not a cpio archive in the new ASCII form (newc)",
			       c->name);
	for (int i = 0; i < FIELDS; i++) {
		memcpy(digits, head + 6 + 8 * i, 8);
		if (strspn(digits, "0123456789abcdefABCDEF") != 8)
			return err_set(e, 0, "%s: cpio archive: header field \"%s\"", c->name,
				       digits);
		f[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	return 0;
}

static int read_name(struct cpio *c, size_t n, char *name, struct err *e)
{
	if (!n || n > CPIO_NAME)
		return err_set(e, 0, "%s: cpio archive: a name of %zu bytes", c->name, n);
	if (read_all(c, name, n, e) || pass_over(c, (4 - (HEAD + n) % 4) % 4, e))
		return -1;
	if (name[n - 1] || strlen(name) != n - 1)
		return err_set(e, 0, "%s: cpio archive: a name without its end", c->name);
	return 0;
}

int cpio_next(struct cpio *c, struct cpio_entry *x, struct err *e)
{
	uint32_t f[FIELDS];

	if (c->entries == ENTRIES)
		return err_set(e, 0, "%s: more than %d entries", c->name, ENTRIES);
	if (pass_over(c, c->left, e))
		return -1;
	c->left = c->size = 0;
	if (read_head(c, f, e) || read_name(c, f[NAMESIZE], x->name, e))
		return -1;
	c->entries++;
	x->ino = f[INO];
	x->mode = f[MODE];
	x->uid = f[UID];
	x->gid = f[GID];
	x->nlink = f[NLINK];
	x->mtime = f[MTIME];
	x->size = f[SIZE];
	x->rmajor = f[RMAJOR];
	x->rminor = f[RMINOR];
	if (!strcmp(x->name, "TRAILER!!!"))
		return 0;
	c->size = f[SIZE];
	c->left = c->size + (4 - c->size % 4) % 4;
	return 1;
}

int cpio_take(struct cpio *c, void *p, size_t n, struct err *e)
{
	if (n > c->size)
		return err_set(e, 0, "%s: cpio archive: a file ends before its contents", c->name);
	if (read_all(c, p, n, e))
		return -1;
	c->size -= n;
	c->left -= n;
	return 0;
}

static void pad(struct buf *out, size_t begun)
{
	buf_add(out, "\0\0\0", (4 - (out->len - begun) % 4) % 4);
}

void cpio_put(struct buf *out, const struct cpio_entry *x, const void *data)
{
	size_t begun = out->len, name = strlen(x->name) + 1;

	buf_printf(out, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X", x->ino,
		   x->mode, x->uid, x->gid, x->nlink, x->mtime, x->size, 0, 0, x->rmajor, x->rminor,
		   (unsigned)name, 0);
	buf_add(out, x->name, name);
	pad(out, begun);
	buf_add(out, data, x->size);
	pad(out, begun);
}

void cpio_end(struct buf *out)
{
	static const struct cpio_entry trailer = { .nlink = 1, .name = "TRAILER!!!" };

	cpio_put(out, &trailer, NULL);
}
