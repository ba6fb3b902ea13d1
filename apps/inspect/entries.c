// SPDX-License-Identifier: GPL-2.0-or-later
// The kernels that systemd-boot starts: the files that its entries name, as kernel-install lays
// them out ("/TOKEN/VERSION/linux") or as somebody wrote them down; and unified kernels, which need
// no entry where they lie in /EFI/Linux.
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/check.h"
#include "inspect/efi.h"
#include "inspect/look.h"
#include "inspect/unified.h"

#define HEAD_MAX (1U << 20)

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
static bool find_version(const struct looking *l, const struct loader_entry *x, struct view setup,
			 struct s_installed *k)
{
	char *folder STR_AUTO = mem_printf("/lib/modules/%s", x->version);

	if ((*x->version && look_is_dir(l->root, folder)) ||
	    !look_kernel_says(setup, k->version, sizeof k->version))
		str_copy(k->version, sizeof k->version, x->version);
	return *k->version;
}

// The argument by which it would look for what is not there any more, as one word: an array, or a
// disk by its letter.
static void find_argument(struct view cmdline, char *out, size_t size)
{
	struct buf text BUF_AUTO = { 0 };
	char word[96];

	buf_add(&text, cmdline.base, cmdline.len);
	for (const char *p = buf_str(&text); *p && !*out; p += strcspn(p, " \t\n")) {
		p += strspn(p, " \t\n");
		text_clean(word, sizeof word, p, strcspn(p, " \t\n"));
		if (!strncmp(word, "rd.md.uuid=", 11) ||
		    (!strncmp(word, "root=", 5) &&
		     (is_md_name(word + 5) || is_disk_name(word + 5))))
			str_copy(out, size, word);
	}
}

// False: it is none. Its metadata are in front of what is large.
static bool look_unified(const struct looking *l, struct loader_entry *x, struct s_installed *k)
{
	struct buf file BUF_AUTO = look_file(l->fs, x->kernel, HEAD_MAX);
	struct view head = view_of(file.s, file.len), says;
	const char *name;
	struct unified u;

	if (!unified_read(head, &u))
		return false;
	says = unified_section(&u, head, UNIFIED_UNAME);
	if (says.len)
		entry_version((const char *)says.base, says.len, x->version, sizeof x->version);
	find_argument(unified_section(&u, head, UNIFIED_CMDLINE), k->root, sizeof k->root);
	str_copy(x->initrd, sizeof x->initrd, x->kernel);
	k->unified = true;
	if (find_version(l, x, unified_section(&u, head, UNIFIED_LINUX), k))
		return true;
	name = strrchr(x->kernel, '/') + 1; // better than none
	return entry_version(name, strcspn(name, "+"), k->version, sizeof k->version);
}

static bool look_plain(const struct looking *l, const struct loader_entry *x, struct s_installed *k)
{
	struct buf setup BUF_AUTO = look_file(l->fs, x->kernel, KERNEL_SETUP_MAX);

	return setup.len && find_version(l, x, view_of(setup.s, setup.len), k);
}

// name: of its entry, or of itself, with a suffix.
static bool add(const struct looking *l, struct loader_entry *x, const char *name)
{
	struct s_installed k = { .on_esp = l->on_esp };
	struct s_system *sys = l->sys;

	if (!look_unified(l, x, &k) && (x->program || k.unified || !look_plain(l, x, &k)))
		return false;
	if (is_known(l, x))
		return false;
	text_clean(k.tag, sizeof k.tag, name, (size_t)(strrchr(name, '.') - name));
	str_copy(k.name, sizeof k.name, k.version);
	str_copy(k.file, sizeof k.file, x->kernel);
	str_copy(k.initrd, sizeof k.initrd, x->initrd);
	sys->kernels = mem_grow(sys->kernels, sys->n_kernels + 1, sizeof *sys->kernels);
	sys->kernels[sys->n_kernels++] = k;
	return sys->n_kernels == MAX_KERNELS;
}

static int take(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	const struct looking *l = arg;
	struct loader_entry x;

	(void)e;
	if (kind != EFI_ENTRY)
		return 0;
	struct buf text BUF_AUTO = look_file(l->fs, path, EFI_TEXT_MAX);

	return entry_read(buf_str(&text), &x) && add(l, &x, strrchr(path, '/') + 1);
}

static int take_unified(void *arg, const char *name)
{
	struct loader_entry x = { .program = true };

	return str_copy(x.kernel, sizeof x.kernel, name) && add(arg, &x, strrchr(name, '/') + 1);
}

void look_entries(struct s_system *sys, struct fs *root, struct fs *fs, bool on_esp)
{
	struct looking l = { sys, root, fs, on_esp };

	efi_each_text(fs, take, &l, NULL);
	if (sys->n_kernels < MAX_KERNELS)
		efi_each_unified(fs, take_unified, &l);
}
