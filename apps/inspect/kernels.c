// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel has before it sees its disk: the drivers built into it and those in its initrd;
// and which others it could have, in /lib/modules.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inspect/look.h"
#include "inspect/unified.h"

#define INITRD_MAX (96U << 20) // the whole file lies in memory, packed
#define LIST_MAX (4U << 20)

// Names of a kernel's initrd in /boot: before and after its version, or what else its files have in
// their names; without anything the dash is missing, too.
static const struct {
	const char *before, *after;
} names[] = {
	{ "initrd-", ".img" }, { "initramfs-", ".img" }, { "initrd.img-", "" },
	{ "initrd-", "" },     { "initramfs-", "" },	 { "initrd-", ".gz" },
};

static struct buf list_of(struct fs *root, const char *version, const char *name)
{
	char *path STR_AUTO = mem_printf("/lib/modules/%s/%s", version, name);

	return look_file(root, path, LIST_MAX);
}

// name: the path from the top of `files`. False: there is no such file.
static bool take_initrd(const struct kernel_place *files, const char *name, struct s_kernel *k)
{
	char *path STR_AUTO = mem_printf("%s%s", files->dir, name);
	struct stat st;

	if (fs_stat(files->fs, path, &st, NULL) || !S_ISREG(st.st_mode))
		return false;
	snprintf(k->initrd, sizeof k->initrd, "%s%s", files->at, name);
	if (st.st_size > INITRD_MAX)
		snprintf(k->trouble, sizeof k->trouble, "larger than 96 MiB");
	return true;
}

static void find_initrd(const struct kernel_place *files, const struct s_installed *of,
			struct s_kernel *k)
{
	const char *tag = of->tag;
	char name[120];

	if (*of->file) {
		if (*of->initrd && !take_initrd(files, of->initrd, k)) {
			snprintf(k->initrd, sizeof k->initrd, "%s%s", files->at, of->initrd);
			snprintf(k->trouble, sizeof k->trouble, "it is not there");
		}
		return;
	}
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(name, sizeof name, "/%.*s%s%s",
			 (int)strlen(names[i].before) - (*tag ? 0 : 1), names[i].before, tag,
			 names[i].after);
		if (take_initrd(files, name, k))
			return;
	}
}

static bool has_cards(const struct initrd *i)
{
	for (unsigned m = 0; m < i->modules.n; m++)
		if (strstr(i->modules.v[m], "/drivers/net/"))
			return true;
	return false;
}

static int read_it(const struct kernel_place *files, const struct s_kernel *k, struct initrd *i,
		   struct err *e)
{
	char *path STR_AUTO = mem_printf("%s%s", files->dir, k->initrd + strlen(files->at));
	struct buf file BUF_AUTO = { 0 };
	struct view v;
	struct unified u;

	if (fs_read_file(files->fs, path, INITRD_MAX, &file, e))
		return -1;
	v = view_of(file.s, file.len);
	if (k->unified && unified_read(v, &u))
		v = unified_section(&u, v, UNIFIED_INITRD);
	return initrd_read(i, v, k->initrd, e);
}

static void read_initrd(const struct kernel_place *files, struct s_kernel *k)
{
	struct initrd i;
	struct err e;

	if (read_it(files, k, &i, &e)) {
		text_clean(k->trouble, sizeof k->trouble, e.text, strlen(e.text));
		return;
	}
	k->kind = i.kind;
	k->lvm = i.lvm;
	k->waits_md = i.waits_md;
	k->names_cards = i.card_rule && has_cards(&i);
	str_copy(k->packing, sizeof k->packing, i.packing);
	for (int d = 0; d < DRIVERS; d++)
		if (initrd_has(&i, drivers[d].module))
			k->driver[d] = DRIVER_IN_INITRD;
	initrd_free(&i);
}

// Where there is no list of what is built in, the configuration tells.
static void see_built_in(struct fs *root, const struct kernel_place *files,
			 const struct s_installed *of, struct s_kernel *k)
{
	struct buf builtin BUF_AUTO = list_of(root, of->version, "modules.builtin");
	char *path STR_AUTO = mem_printf("%s/config-%s", files->dir, of->tag);
	struct buf config BUF_AUTO =
		builtin.len ? (struct buf){ 0 } : look_file(files->fs, path, LIST_MAX);

	for (int d = 0; d < DRIVERS; d++)
		if (depend_builtin(buf_str(&builtin), drivers[d].module) ||
		    config_builtin(buf_str(&config), drivers[d].config))
			k->driver[d] = DRIVER_BUILT_IN;
}

void kernel_look(struct fs *root, const struct kernel_place *files, const struct s_installed *of,
		 struct s_kernel *k)
{
	struct buf dep BUF_AUTO = list_of(root, of->version, "modules.dep");
	char path[256];

	*k = (struct s_kernel){ .modules = dep.len > 0, .unified = of->unified };
	for (int d = 0; d < DRIVERS; d++)
		if (depend_path(buf_str(&dep), drivers[d].module, path, sizeof path))
			k->driver[d] = DRIVER_LOADABLE;
	find_initrd(files, of, k);
	if (*k->initrd && !*k->trouble)
		read_initrd(files, k);
	see_built_in(root, files, of, k);
}

static void look_system(struct look *l, struct s_system *sys, struct fs *root, struct fs *boot)
{
	const struct s_efi *x = &l->s->disks[sys->disk].efi;
	bool own = sys->boot_disk != sys->disk || sys->boot_part != sys->part;
	struct kernel_place in_boot = { boot, own ? "" : "/boot", "/boot" };
	struct kernel_place on_esp = { x->there ? look_open(l, sys->disk, x->part) : NULL, "",
				       sys->esp_at };

	sys->starts = mem_zero(sys->n_kernels + 1, sizeof *sys->starts);
	for (unsigned k = 0; k < sys->n_kernels && !ui_cancelled(l->ui); k++) {
		ui_say(l->ui, UI_INFO, "looking at the drivers of kernel %s", sys->kernels[k].name);
		kernel_look(root, sys->kernels[k].on_esp ? &on_esp : &in_boot, &sys->kernels[k],
			    &sys->starts[k]);
	}
}

void look_kernels(struct look *l)
{
	for (unsigned i = 0; i < l->s->n_systems; i++) {
		struct s_system *sys = &l->s->systems[i];
		struct fs *root = look_open(l, sys->disk, sys->part);
		struct fs *boot = look_open(l, sys->boot_disk, sys->boot_part);

		if (root && boot)
			look_system(l, sys, root, boot);
	}
}
