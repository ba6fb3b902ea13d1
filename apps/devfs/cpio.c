// SPDX-License-Identifier: GPL-2.0-or-later
// Device nodes out of a cpio archive: what lies under dev/.
#include "base/cpio.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "devfs/devfs.h"

static int read_file(void *arg, void *p, size_t n, size_t *got, struct err *e)
{
	FILE *f = arg;

	*got = fread(p, 1, n, f);
	return *got < n && ferror(f) ? err_set(e, errno, "cpio archive: read") : 0;
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

static int take(struct cpio *c, const struct cpio_entry *x,
		int (*each)(void *, const struct devfs_node *, struct err *), void *arg,
		struct err *e)
{
	const char *below = below_dev(x->name);
	struct devfs_node n = { .mode = x->mode,
				.uid = x->uid,
				.gid = x->gid,
				.major = x->rmajor,
				.minor = x->rminor };
	bool link = S_ISLNK(n.mode) && x->size && x->size < sizeof n.link;

	if (link && cpio_take(c, n.link, x->size, e))
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
	struct cpio c = { .read = read_file, .arg = f, .name = name };
	struct cpio_entry *x = mem_alloc(sizeof *x);
	int rc;

	while ((rc = cpio_next(&c, x, e)) > 0)
		if (take(&c, x, each, arg, e)) {
			rc = -1;
			break;
		}
	free(x);
	return rc;
}
