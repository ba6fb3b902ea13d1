// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/windows_ide.h"

#include <stdio.h>

#include "base/apart.h"
#include "repair/ntfs.h"

#define SECONDS 120 // of processor time
#define HIVE_MAX ((size_t)96 << 20)
#define DRIVER_MAX ((size_t)4 << 20)

struct applying {
	const char *device;
	const struct windows *w;
	const struct ide_cure *c;
};

const char *windows_ide_hands_off(const struct windows *w, bool clean)
{
	if (w->hibernated)
		return "it is hibernated";
	if (!clean)
		return "its NTFS was not unmounted: Windows has to check it first";
	if (w->torn)
		return "the last write to its registry was cut: Windows has to mend it first";
	return NULL;
}

// From the first store that has it.
static int copy_driver(struct ntfs_files *f, const char *root, const char *name, struct err *e)
{
	struct buf data BUF_AUTO = { 0 };
	char path[96];
	int rc = -1;

	for (const char *const *s = ide_stores; *s && rc; s++) {
		snprintf(path, sizeof path, "%s/%s/%s", root, *s, name);
		rc = ntfs_files_read(f, path, DRIVER_MAX, &data, e);
		if (rc && e->num != ENOENT)
			return -1;
	}
	snprintf(path, sizeof path, "%s/System32/drivers/%s", root, name);
	return rc || ntfs_files_write(f, path, &data, e) ? -1 : 0;
}

static int merge(struct ntfs_files *f, const struct applying *a, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	char path[64];

	snprintf(path, sizeof path, "%s/System32/config/SYSTEM", a->w->root);
	return ntfs_files_read(f, path, HIVE_MAX, &old, e) || ide_merge(&old, a->c, &new, e) ||
			       ntfs_files_write(f, path, &new, e)
		       ? -1
		       : 0;
}

// Files first: a service without its file would be worse than none.
static int apply(void *arg, struct buf *answer, struct err *e)
{
	const struct applying *a = arg;
	struct ntfs_files *f;
	struct err other;
	int rc = 0;

	(void)answer;
	if (ntfs_files_open(&f, a->device, e))
		return -1;
	for (unsigned i = 0; i < IDE_N_FILES && !rc; i++)
		if (a->c->copy[i])
			rc = copy_driver(f, a->w->root, ide_files[i], e);
	if (!rc && a->c->registry)
		rc = merge(f, a, e);
	return ntfs_files_close(f, rc ? &other : e) || rc ? -1 : 0;
}

int windows_ide_apply(const char *device, const struct windows *w, const struct ide_cure *c,
		      struct ui *ui, struct err *e)
{
	struct applying a = { device, w, c };
	struct buf nothing BUF_AUTO = { 0 };

	return apart_run(apply, &a, SECONDS, &nothing, ui, e);
}
