// SPDX-License-Identifier: GPL-2.0-or-later
// A disk that comes back. Failing disks drop off the bus, are plugged in elsewhere or get another
// name from the kernel, which never gives one away that is still in use.
#include <string.h>

#include "block/disk.h"

static bool known_equal(const char *a, const char *b)
{
	return *a && !strcmp(a, b);
}

static bool known_unequal(const char *a, const char *b)
{
	return *a && *b && strcmp(a, b);
}

static bool is_again(const struct disk *was, const struct disk *d)
{
	if (was->size != d->size || strcmp(was->model, d->model) || was->work != d->work)
		return false;
	if (known_unequal(was->serial, d->serial) || known_unequal(was->wwn, d->wwn))
		return false;
	return known_equal(was->serial, d->serial) || known_equal(was->wwn, d->wwn);
}

int disks_find_again(const struct disks *among, const struct disk *was, struct disk *now,
		     struct err *e)
{
	const struct disk *found = NULL;

	if (!was->serial[0] && !was->wwn[0])
		return err_set(
			e, 0,
			"%s: has neither serial number nor WWN: it cannot be told from others",
			was->path);
	for (size_t i = 0; i < among->n; i++) {
		if (!is_again(was, &among->d[i]))
			continue;
		if (found)
			return err_set(e, 0, "%s and %s: both look like %s %s: unplug one",
				       found->path, among->d[i].path, was->model,
				       was->serial[0] ? was->serial : was->wwn);
		found = &among->d[i];
	}
	if (!found)
		return err_set(e, ENODEV, "%s: %s %s", was->path, was->model,
			       was->serial[0] ? was->serial : was->wwn);
	*now = *found;
	return 0;
}

int disk_find_again(const struct disk *was, struct disk *now, struct err *e)
{
	struct disks all;
	int rc;

	if (!was->major) {
		if (disk_of_path(now, was->path, e))
			return -1;
		return now->size == was->size && !now->major
			       ? 0
			       : err_set(e, 0, "%s: is another file now", was->path);
	}
	if (disks_list(&all, "", e))
		return -1;
	rc = disks_find_again(&all, was, now, e);
	disks_free(&all);
	return rc;
}
