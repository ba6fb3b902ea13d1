// SPDX-License-Identifier: GPL-2.0-or-later
// A /dev with what programs need and one disk, with its volumes.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "devfs/devfs.h"
#include "repair/root.h"

static int node(struct devfs_maker *m, const char *name, mode_t mode, unsigned major,
		unsigned minor, struct err *e)
{
	struct devfs_node n = { .mode = mode, .major = major, .minor = minor };

	if (!str_copy(n.name, sizeof n.name, name))
		return err_set(e, 0, "/dev/%s: the name is too long", name);
	return devfs_make(m, &n, e);
}

// A link below disk/. Labels that are no file names get none.
static int by(struct devfs_maker *m, const char *kind, const char *value, const char *device,
	      struct err *e)
{
	struct devfs_node n = { .mode = S_IFLNK | 0777 };

	if (!*value || strchr(value, '/') || value[0] == '.' || strlen(value) > 40)
		return 0;
	snprintf(n.name, sizeof n.name, "disk/by-%s/%s", kind, value);
	snprintf(n.link, sizeof n.link, "%s", device);
	return devfs_make(m, &n, e);
}

static int by_both(struct devfs_maker *m, const struct s_part *sp, const char *device,
		   struct err *e)
{
	if (!sp->has_fs)
		return 0;
	return by(m, "uuid", sp->fs.uuid, device, e) || by(m, "label", sp->fs.label, device, e) ? -1
												: 0;
}

static int partition(struct devfs_maker *m, const struct names *names, const struct s_part *sp,
		     struct err *e)
{
	unsigned major, minor;
	char device[80];

	if (!sysfs_device(strrchr(sp->path, '/') + 1, &major, &minor))
		return err_set(e, 0, "%s: the kernel does not see this partition", sp->path);
	names_device(names, sp->part.number, device, sizeof device);
	return node(m, device + 5, S_IFBLK | 0660, major, minor, e) || by_both(m, sp, device, e)
		       ? -1
		       : 0;
}

// As LVM makes them: mapper/vg-root, and vg/root, which is a link to it.
static int volume(struct devfs_maker *m, const struct names *names, const struct s_disk *d,
		  unsigned part, int number, struct err *e)
{
	struct devfs_node link = { .mode = S_IFLNK | 0777 };
	char *name STR_AUTO = mem_printf("dm-%d", number);
	char device[NAMES_MAX];
	unsigned major, minor;

	if (!sysfs_device(name, &major, &minor))
		return err_set(e, 0, "%s: the kernel does not see this volume",
			       d->parts[part].path);
	names_part(names, d, (int)part, device, sizeof device);
	if (!str_copy(link.name, sizeof link.name, survey_volume(d, part)->name) ||
	    !str_copy(link.link, sizeof link.link, device))
		return err_set(e, 0, "%s: the name is too long", device);
	return node(m, device + 5, S_IFBLK | 0660, major, minor, e) || devfs_make(m, &link, e) ||
			       by_both(m, &d->parts[part], device, e)
		       ? -1
		       : 0;
}

// And what LVM's own programs ask after them.
static int volumes(struct devfs_maker *m, const struct volumes *v, const struct names *names,
		   struct err *e)
{
	if (!volumes_any(v->p))
		return 0;
	if (devfs_make_named(m, "mapper/control", e))
		return -1;
	for (unsigned i = 0; i < v->p->disk->n; i++)
		if (v->minor[i] >= 0 && volume(m, names, v->p->disk, i, v->minor[i], e))
			return -1;
	return 0;
}

int private_dev_basics(int dir, struct err *e)
{
	static const char *const basics[] = { "console", "null",   "zero",    "full",
					      "tty",	 "random", "urandom", "ptmx",
					      "fd",	 "stdin",  "stdout",  "stderr" };
	struct devfs_maker m = { .dev = dir, .group_file = -1 };

	for (size_t i = 0; i < sizeof basics / sizeof *basics; i++)
		if (devfs_make_named(&m, basics[i], e))
			return -1;
	return 0;
}

int private_dev_fill(int dir, const struct volumes *v, const struct names *names, struct err *e)
{
	const struct patient *p = v->p;
	struct devfs_maker m = { .dev = dir, .group_file = -1 };

	if (private_dev_basics(dir, e) ||
	    node(&m, names->disk, S_IFBLK | 0660, p->disk->disk.major, p->disk->disk.minor, e))
		return -1;
	for (unsigned i = 0; i < p->disk->n; i++)
		if (p->disk->parts[i].part.number && !p->disk->parts[i].part.container &&
		    partition(&m, names, &p->disk->parts[i], e))
			return -1;
	return volumes(&m, v, names, e);
}
