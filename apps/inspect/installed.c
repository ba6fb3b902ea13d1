// SPDX-License-Identifier: GPL-2.0-or-later
// Which kernels are installed: the files of /boot that are kernels for PCs, and their versions.
// Arch calls the file "vmlinuz-linux", Slackware "vmlinuz-huge-5.15.19", others "bzImage": then the
// version is what the kernel says of itself.
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/endian.h"
#include "base/text.h"
#include "base/view.h"
#include "inspect/look.h"

// The beginning of a kernel (kernel: Documentation/arch/x86/boot.rst).
struct setup_head {
	uint8_t boot_sector[0x202];
	char magic[4];	    // 202  "HdrS"
	uint8_t between[8]; // 206
	le16 version;	    // 20e  where the text lies, less 200
};
_Static_assert(sizeof(struct setup_head) == 0x210, "setup header");

bool look_kernel_says(struct view setup, char *version, size_t size)
{
	const struct setup_head *h = view_at(setup, 0, sizeof *h);
	size_t n = 0;
	struct view text;

	if (!h || memcmp(h->magic, "HdrS", sizeof h->magic) || !le16_get(h->version))
		return false;
	text = view_sub(setup, 0x200U + le16_get(h->version), size);
	while (n < text.len &&
	       (isalnum(text.base[n]) || (text.base[n] && strchr("._+~-", text.base[n]))))
		n++;
	// it becomes a part of paths, and an argument of programs
	if (n == text.len || n >= size || !isdigit(text.base[0]))
		return false;
	memcpy(version, text.base, n);
	version[n] = 0;
	return true;
}

struct looking {
	struct s_system *sys;
	struct fs *boot;
	const char *dir;
};

static void add(struct s_system *sys, const char *tag)
{
	struct s_installed *k;

	sys->kernels = mem_grow(sys->kernels, sys->n_kernels + 1, sizeof *sys->kernels);
	k = &sys->kernels[sys->n_kernels++];
	*k = (struct s_installed){ 0 };
	text_clean(k->tag, sizeof k->tag, tag, strlen(tag));
}

// Without a version in its name it is often a link to one that has it.
static bool is_link(const struct looking *l, const char *name)
{
	char *path STR_AUTO = mem_printf("%s/%s", l->dir, name), text[256];

	return !fs_readlink(l->boot, path, text, sizeof text, NULL);
}

static const char *const files[] = { "vmlinuz", "kernel", "bzImage" };

static int take(void *arg, const char *name, unsigned type)
{
	struct looking *l = arg;

	(void)type;
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		size_t n = strlen(files[i]);

		if (strncmp(name, files[i], n))
			continue;
		if (name[n] == '-' && name[n + 1])
			add(l->sys, name + n + 1);
		else if (!name[n] && !is_link(l, name))
			add(l->sys, "");
		break;
	}
	return l->sys->n_kernels == MAX_KERNELS;
}

static bool read_version(const struct looking *l, struct s_installed *k)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char *path STR_AUTO =
			mem_printf("%s/%s%s%s", l->dir, files[i], *k->tag ? "-" : "", k->tag);
		struct buf setup BUF_AUTO = look_file(l->boot, path, KERNEL_SETUP_MAX);

		if (look_kernel_says(view_of(setup.s, setup.len), k->version, sizeof k->version))
			return true;
	}
	return false;
}

// False: a file that has no version in its name, and is no kernel.
static bool find_version(const struct looking *l, struct fs *root, struct s_installed *k)
{
	char *folder STR_AUTO = mem_printf("/lib/modules/%s", k->tag);

	if ((*k->tag && look_is_dir(root, folder)) || !read_version(l, k))
		str_copy(k->version, sizeof k->version, k->tag);
	str_copy(k->name, sizeof k->name, k->version);
	return *k->version;
}

static int by_version(const void *a, const void *b)
{
	const struct s_installed *x = a, *y = b;
	int order = strverscmp(x->version, y->version);

	return order ? order : strverscmp(x->tag, y->tag);
}

// Fedora keeps one of its kernels a second time, with an initrd for emergencies.
static void name_twins(struct s_system *sys)
{
	for (unsigned i = 0; i < sys->n_kernels; i++) {
		struct s_installed *k = &sys->kernels[i];
		bool twin = (i && !strcmp(k[-1].version, k->version)) ||
			    (i + 1 < sys->n_kernels && !strcmp(k[1].version, k->version));

		if (twin && *k->tag)
			str_copy(k->name, sizeof k->name, k->tag);
	}
}

static void in_folder(struct s_system *sys, struct fs *root, struct fs *boot, const char *dir)
{
	struct looking l = { sys, boot, dir };
	unsigned n = 0;

	fs_list(boot, *dir ? dir : "/", take, &l, NULL);
	for (unsigned i = 0; i < sys->n_kernels; i++)
		if (find_version(&l, root, &sys->kernels[i]))
			sys->kernels[n++] = sys->kernels[i];
	sys->n_kernels = n;
}

// What lies in /boot besides does not start by systemd-boot: Debian copies it from there.
static void by_entries(struct look *l, struct s_system *sys, struct fs *root, struct fs *boot)
{
	const struct s_disk *d = &l->s->disks[sys->disk];
	struct fs *esp = look_open(l, sys->disk, d->efi.part);

	if (esp)
		look_entries(sys, root, esp, true);
	if (survey_boot_is_extended(d, sys))
		look_entries(sys, root, boot, false);
}

void look_installed(struct look *l, struct s_system *sys, struct fs *root, struct fs *boot,
		    const char *dir)
{
	if (!strcmp(sys->boot_loader, "systemd-boot"))
		by_entries(l, sys, root, boot);
	if (!sys->n_kernels)
		in_folder(sys, root, boot, dir);
	if (sys->n_kernels)
		qsort(sys->kernels, sys->n_kernels, sizeof *sys->kernels, by_version);
	name_twins(sys);
}
