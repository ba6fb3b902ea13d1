// SPDX-License-Identifier: GPL-2.0-or-later
// The initrd of every installed kernel gets the drivers of the target's disks. One that has them is
// left alone. The system's own program makes it anew where there is one and it succeeds; what
// counts is what is in the file then. Else the drivers are added at its end.
#include <stdio.h>
#include <string.h>

#include "repair/file.h"
#include "repair/fixup/fixup.h"

static void join(const char *const *modules, unsigned n, char *out, size_t size)
{
	size_t at = 0;

	*out = 0;
	for (unsigned i = 0; i < n && at < size; i++)
		at += (size_t)snprintf(out + at, size - at, "%s%s", i ? ", " : "", modules[i]);
}

static int needed(struct repair *r, struct err *e)
{
	for (unsigned i = 0; i < r->now.sys->n_kernels; i++) {
		const char *modules[DRIVERS];
		char list[120];
		struct s_kernel k;
		unsigned n;

		if (fixup_kernel(r, i, &k, e))
			return -1;
		n = fixup_lacking(r->o->hyper, &k, modules);
		join(modules, n, list, sizeof list);
		if (n)
			edits_add(r->edits, "initrd", k.initrd, "gets %s", list);
		else if (*k.trouble && !r->again)
			ui_say(r->ui, UI_WARN, "%s: it is left as it is: %s", k.initrd, k.trouble);
	}
	return 0;
}

static int read_it(struct repair *r, const char *path, struct buf *file, struct initrd *i,
		   struct err *e)
{
	return file_read_max(r->root->fd, path, FIXUP_INITRD_MAX, file, e) ||
			       initrd_read(i, view_of(file->s, file->len), path, e)
		       ? -1
		       : 0;
}

// Is all of it in the file now, and LVM if it was before?
static bool holds(struct repair *r, const char *path, const char *const *modules, unsigned n,
		  bool lvm)
{
	struct buf file BUF_AUTO = { 0 };
	struct initrd i;
	bool all = true;
	struct err e;

	if (read_it(r, path, &file, &i, &e))
		return false;
	for (unsigned k = 0; k < n; k++)
		all &= initrd_has(&i, modules[k]);
	all &= i.lvm || !lvm;
	initrd_free(&i);
	return all;
}

// The programs unpack what they pack in /tmp or /var/tmp: in the work disk's store, which must not
// run full. It counts in larger pieces than files are.
static uint64_t room_for(const struct initrd *i, size_t packed)
{
	return 2 * (i->unpacked + packed) + (16 << 20);
}

// The module that mounts its root, when it is not built in. Kernels since 4.3 mount ext2 and
// ext3 by ext4's.
static const char *root_module(const struct initrd *i, const char *type)
{
	if (initrd_has(i, type))
		return type;
	return !strncmp(type, "ext", 3) && initrd_has(i, "ext4") ? "ext4" : NULL;
}

// By the system's own program. 1 done, 0 not (why says), -1.
static int make_anew(struct repair *r, const struct s_installed *of, const struct s_kernel *k,
		     char *why, size_t size, struct err *e)
{
	// What the root took before it will take again. Programs that take only what they find
	// look at this machine and at a work disk: what came from that the new one may lack.
	const struct s_part *root = &r->now.disk->parts[r->now.sys->part];
	const char *wanted[DRIVERS + 1];
	unsigned n = fixup_wanted(r->o->hyper, k, wanted);
	struct buf file BUF_AUTO = { 0 };
	struct initrd old;
	uint64_t room;
	int made;

	if (read_it(r, k->initrd, &file, &old, e))
		return -1;
	wanted[n] = root_module(&old, root->fs.type);
	n += wanted[n] != NULL;
	room = room_for(&old, file.len);
	initrd_free(&old);
	made = fixup_make_initrd(r, of, k, wanted, n, room, why, size, e);
	if (made <= 0 || holds(r, k->initrd, wanted, n, k->lvm))
		return made;
	snprintf(why, size, "the new one lacks drivers%s", k->lvm ? ", or LVM" : "");
	return file_bring_back(r->root->fd, k->initrd, FIXUP_OLD, e);
}

static int append(struct repair *r, const struct s_installed *of, const struct s_kernel *k,
		  const char *const *modules, unsigned n, struct err *e)
{
	struct err why;
	int rc = fixup_append_initrd(r, of->version, k, modules, n, &why);

	if (!rc && !holds(r, k->initrd, modules, n, k->lvm))
		rc = err_set(&why, 0, "%s: add drivers: they are not in it afterwards", k->initrd);
	if (!rc)
		return 0;
	if (why.kind == ERR_STOPPED)
		return *e = why, -1;
	return err_set(e, 0,
		       "%.300s. --for none leaves it as it is: attach the disk of that image to a "
		       "controller that it has drivers for",
		       why.text);
}

static int one(struct repair *r, const struct s_installed *of, const struct s_kernel *k,
	       const char *const *modules, unsigned n, struct err *e)
{
	char why[300] = "", list[120];
	int made = make_anew(r, of, k, why, sizeof why, e);

	if (made < 0)
		return -1;
	if (!made) {
		ui_say(r->ui, UI_INFO, "%s: drivers are added at its end: %s", k->initrd, why);
		if (append(r, of, k, modules, n, e))
			return -1;
	}
	join(modules, n, list, sizeof list);
	edits_add(r->edits, "initrd", k->initrd, "%s %s; the old one is kept as *" FIXUP_OLD,
		  made ? "made anew with" : "added at its end:", list);
	return 0;
}

static int in_root(struct repair *r, struct err *e)
{
	for (unsigned i = 0; i < r->now.sys->n_kernels; i++) {
		const char *modules[DRIVERS];
		struct s_kernel k;
		unsigned n;

		if (ui_cancelled(r->ui))
			return err_stopped(e);
		if (fixup_kernel(r, i, &k, e))
			return -1;
		n = fixup_lacking(r->o->hyper, &k, modules);
		if (n && one(r, &r->now.sys->kernels[i], &k, modules, n, e))
			return -1;
	}
	return 0;
}

const struct step_ops fixup_initrd = {
	.name = "initrd",
	.help = "gives every kernel's initrd the drivers of the target's disks",
	.system = true,
	.needed = needed,
	.in_root = in_root,
};
