// SPDX-License-Identifier: GPL-2.0-or-later
// Device nodes out of a cpio archive in the "new ASCII" form (kernel:
// Documentation/driver-api/early-userspace/ buffer-format.rst): a header of "070701" and 13
// fields of eight hexadecimal digits, the name, the contents, both padded to four bytes. Hard
// links, checksums and contents of files do not matter here and are passed over.
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "devfs/devfs.h"

#define HEAD 110
#define NAME_ROOM 4096
#define ENTRIES 1000000 // more is no archive of a system's /dev

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

struct entry {
	uint32_t f[FIELDS];
	char name[NAME_ROOM];
};

static int read_all(FILE *f, void *p, size_t n, const char *name, struct err *e)
{
	if (fread(p, 1, n, f) == n)
		return 0;
	return err_set(e, ferror(f) ? errno : 0, "%s: cpio archive: it ends in the middle", name);
}

static int pass_over(FILE *f, size_t n, const char *name, struct err *e)
{
	char piece[4096];

	while (n) {
		size_t k = n < sizeof piece ? n : sizeof piece;

		if (read_all(f, piece, k, name, e))
			return -1;
		n -= k;
	}
	return 0;
}

static int read_entry(FILE *f, struct entry *x, const char *name, struct err *e)
{
	char head[HEAD], digits[9] = "";
	size_t n;

	if (read_all(f, head, sizeof head, name, e))
		return -1;
	if ((uint8_t)head[0] == 0x1f && (uint8_t)head[1] == 0x8b)
		return err_usage(e, "%s: it is compressed: unpack it first (gunzip)", name);
	if (memcmp(head, "07070", 5) || (head[5] != '1' && head[5] != '2'))
		return err_set(e, 0, "%s: not a cpio archive in the new ASCII form (newc)", name);
	for (int i = 0; i < FIELDS; i++) {
		memcpy(digits, head + 6 + 8 * i, 8);
		if (strspn(digits, "0123456789abcdefABCDEF") != 8)
			return err_set(e, 0, "%s: cpio archive: header field \"%s\"", name, digits);
		x->f[i] = (uint32_t)strtoul(digits, NULL, 16);
	}
	n = x->f[NAMESIZE];
	if (!n || n > sizeof x->name)
		return err_set(e, 0, "%s: cpio archive: a name of %zu bytes", name, n);
	if (read_all(f, x->name, n, name, e) || pass_over(f, (4 - (HEAD + n) % 4) % 4, name, e))
		return -1;
	if (x->name[n - 1] || strlen(x->name) != n - 1)
		return err_set(e, 0, "%s: cpio archive: a name without its end", name);
	return 0;
}

// "dev/sda", "./dev/sda" and "/dev/sda" are sda; NULL for what is not below dev.
static const char *below_dev(const char *name)
{
	if (!strncmp(name, "./", 2))
		name += 2;
	if (name[0] == '/')
		name++;
	return !strncmp(name, "dev/", 4) && name[4] ? name + 4 : NULL;
}

static int take(FILE *f, const struct entry *x, const char *name,
		int (*each)(void *, const struct devfs_node *, struct err *), void *arg,
		struct err *e)
{
	const char *below = below_dev(x->name);
	struct devfs_node n = { .mode = x->f[MODE],
				.uid = x->f[UID],
				.gid = x->f[GID],
				.major = x->f[RMAJOR],
				.minor = x->f[RMINOR] };
	uint32_t size = x->f[SIZE], pad = (4 - size % 4) % 4;
	bool link = S_ISLNK(n.mode) && size && size < sizeof n.link;

	if (link && read_all(f, n.link, size, name, e))
		return -1;
	if (pass_over(f, (link ? 0 : (size_t)size) + pad, name, e))
		return -1;
	if (!below || !str_copy(n.name, sizeof n.name, below))
		return 0;
	if (!link && !S_ISDIR(n.mode) && !S_ISCHR(n.mode) && !S_ISBLK(n.mode))
		return 0;
	return each(arg, &n, e);
}

int devfs_cpio(FILE *f, const char *name,
	       int (*each)(void *arg, const struct devfs_node *n, struct err *e), void *arg,
	       struct err *e)
{
	struct entry *x = mem_alloc(sizeof *x);
	int rc = 0;

	for (unsigned i = 0; !rc; i++) {
		rc = i < ENTRIES ? read_entry(f, x, name, e)
				 : err_set(e, 0, "%s: more than %d entries", name, ENTRIES);
		if (rc || !strcmp(x->name, "TRAILER!!!"))
			break;
		rc = take(f, x, name, each, arg, e);
	}
	free(x);
	return rc;
}
