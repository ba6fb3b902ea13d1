// SPDX-License-Identifier: GPL-2.0-or-later
// The kernels that systemd-boot starts: the files that its entries name, as kernel-install lays
// them out ("/TOKEN/VERSION/linux") or as somebody wrote them down.
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/efi.h"
#include "inspect/look.h"

struct looking {
	struct s_system *sys;
	struct fs *root, *fs;
	bool on_esp;
};

// The same files under a second title; with another initrd it is a second kernel.
static bool is_known(const struct looking *l, const struct loader_entry *x)
{
	for (unsigned i = 0; i < l->sys->n_kernels; i++) {
		const struct s_installed *k = &l->sys->kernels[i];

		if (k->on_esp == l->on_esp && !strcmp(k->file, x->kernel) &&
		    !strcmp(k->initrd, x->initrd))
			return true;
	}
	return false;
}

// What the entry says is somebody's word, when there are no modules for it.
static bool find_version(const struct looking *l, const struct loader_entry *x,
			 struct s_installed *k)
{
	char *folder STR_AUTO = mem_printf("/lib/modules/%s", x->version);
	struct buf setup BUF_AUTO = { 0 };

	if (!look_exists(l->fs, x->kernel))
		return false;
	if (!*x->version || !look_is_dir(l->root, folder))
		setup = look_file(l->fs, x->kernel, KERNEL_SETUP_MAX);
	if (!look_kernel_says(view_of(setup.s, setup.len), k->version, sizeof k->version))
		str_copy(k->version, sizeof k->version, x->version);
	return *k->version;
}

static int take(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	const struct looking *l = arg;
	struct s_system *sys = l->sys;
	struct s_installed k = { .on_esp = l->on_esp };
	const char *name = strrchr(path, '/') + 1;
	struct loader_entry x;

	(void)e;
	if (kind != EFI_ENTRY)
		return 0;
	struct buf text BUF_AUTO = look_file(l->fs, path, EFI_TEXT_MAX);

	if (!entry_read(buf_str(&text), &x) || is_known(l, &x) || !find_version(l, &x, &k))
		return 0;
	text_clean(k.tag, sizeof k.tag, name, strlen(name) - strlen(".conf"));
	str_copy(k.name, sizeof k.name, k.version);
	str_copy(k.file, sizeof k.file, x.kernel);
	str_copy(k.initrd, sizeof k.initrd, x.initrd);
	sys->kernels = mem_grow(sys->kernels, sys->n_kernels + 1, sizeof *sys->kernels);
	sys->kernels[sys->n_kernels++] = k;
	return sys->n_kernels == MAX_KERNELS;
}

void look_entries(struct s_system *sys, struct fs *root, struct fs *fs, bool on_esp)
{
	efi_each_text(fs, take, &(struct looking){ sys, root, fs, on_esp }, NULL);
}
