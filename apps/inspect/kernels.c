// SPDX-License-Identifier: GPL-2.0-or-later
// What a kernel has before it sees its disk: the drivers built into it and those in its initrd;
// and which others it could have, in /lib/modules.
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "inspect/look.h"

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

static void find_initrd(struct fs *boot, const char *boot_dir, const char *tag, struct s_kernel *k)
{
	char name[120], path[200];
	struct stat st;

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(name, sizeof name, "%.*s%s%s",
			 (int)strlen(names[i].before) - (*tag ? 0 : 1), names[i].before, tag,
			 names[i].after);
		snprintf(path, sizeof path, "%s/%s", boot_dir, name);
		if (fs_stat(boot, path, &st, NULL) || !S_ISREG(st.st_mode))
			continue;
		snprintf(k->initrd, sizeof k->initrd, "/boot/%s", name);
		if (st.st_size > INITRD_MAX)
			snprintf(k->trouble, sizeof k->trouble, "larger than 96 MiB");
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

static void read_initrd(struct fs *boot, const char *boot_dir, struct s_kernel *k)
{
	char *path STR_AUTO = mem_printf("%s%s", boot_dir, k->initrd + strlen("/boot"));
	struct buf file BUF_AUTO = { 0 };
	struct initrd i;
	struct err e;

	if (fs_read_file(boot, path, INITRD_MAX, &file, &e) ||
	    initrd_read(&i, view_of(file.s, file.len), k->initrd, &e)) {
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
static void see_built_in(struct fs *root, struct fs *boot, const char *boot_dir,
			 const struct s_installed *of, struct s_kernel *k)
{
	struct buf builtin BUF_AUTO = list_of(root, of->version, "modules.builtin");
	char *path STR_AUTO = mem_printf("%s/config-%s", boot_dir, of->tag);
	struct buf config BUF_AUTO =
		builtin.len ? (struct buf){ 0 } : look_file(boot, path, LIST_MAX);

	for (int d = 0; d < DRIVERS; d++)
		if (depend_builtin(buf_str(&builtin), drivers[d].module) ||
		    config_builtin(buf_str(&config), drivers[d].config))
			k->driver[d] = DRIVER_BUILT_IN;
}

void kernel_look(struct fs *root, struct fs *boot, const char *boot_dir,
		 const struct s_installed *of, struct s_kernel *k)
{
	struct buf dep BUF_AUTO = list_of(root, of->version, "modules.dep");
	char path[256];

	*k = (struct s_kernel){ .modules = dep.len > 0 };
	for (int d = 0; d < DRIVERS; d++)
		if (depend_path(buf_str(&dep), drivers[d].module, path, sizeof path))
			k->driver[d] = DRIVER_LOADABLE;
	find_initrd(boot, boot_dir, of->tag, k);
	if (*k->initrd && !*k->trouble)
		read_initrd(boot, boot_dir, k);
	see_built_in(root, boot, boot_dir, of, k);
}

void look_kernels(struct look *l)
{
	for (unsigned i = 0; i < l->s->n_systems; i++) {
		struct s_system *sys = &l->s->systems[i];
		struct fs *root = look_open(l, sys->disk, sys->part);
		struct fs *boot = look_open(l, sys->boot_disk, sys->boot_part);
		bool own = sys->boot_disk != sys->disk || sys->boot_part != sys->part;

		if (!root || !boot)
			continue;
		sys->starts = mem_zero(sys->n_kernels + 1, sizeof *sys->starts);
		for (unsigned k = 0; k < sys->n_kernels && !ui_cancelled(l->ui); k++) {
			ui_say(l->ui, UI_INFO, "looking at the drivers of kernel %s",
			       sys->kernels[k].name);
			kernel_look(root, boot, own ? "" : "/boot", &sys->kernels[k],
				    &sys->starts[k]);
		}
	}
}
