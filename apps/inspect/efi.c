// SPDX-License-Identifier: GPL-2.0-or-later
// What lies on the EFI system partition of a disk: the loader that an installation put there, which
// the firmware starts by an entry in its own memory, and the one it looks for when it has none:
// \EFI\BOOT\BOOTX64.EFI. A disk that moves to another machine has only the latter. And the text
// files that they read from it.
#include "inspect/efi.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "initrd/initrd.h"
#include "inspect/look.h"

#define FOLDERS 32
#define ENTRIES 256
#define NAME_LEN 64 // longer ones are no boot loader's
#define LOADER_MAX (2u << 20)

static const char *const archs[] = { "x64", "ia32", "aa64" };

// The best first. Shim starts what lies beside it.
static const struct {
	const char *loader, *second;
} loaders[] = {
	{ "shim%s.efi", "grub%s.efi" },
	{ "grub%s.efi", "" },
	{ "systemd-boot%s.efi", "" },
};

static int take_folder(void *arg, const char *name, unsigned type)
{
	struct text_list *l = arg;

	(void)type;
	if (strcasecmp(name, "Microsoft") && strlen(name) < NAME_LEN && name[0] != '.')
		text_list_add(l, name);
	return l->n == FOLDERS;
}

static int take_suffix(struct text_list *l, const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	if (n > k && n < 4 * NAME_LEN && !strcasecmp(name + n - k, suffix))
		text_list_add(l, name);
	return l->n == ENTRIES;
}

static int take_entry(void *arg, const char *name, unsigned type)
{
	(void)type;
	return take_suffix(arg, name, ".conf");
}

static int take_program(void *arg, const char *name, unsigned type)
{
	(void)type;
	return take_suffix(arg, name, ".efi");
}

// A folder that is not there has nothing.
static int list(struct fs *fs, const char *path,
		int (*take)(void *arg, const char *name, unsigned type), struct text_list *l,
		struct err *e)
{
	struct err why;

	if (!fs_list(fs, path, take, l, &why) || why.num == ENOENT || why.num == ENOTDIR)
		return 0;
	if (e)
		*e = why;
	return -1;
}

int efi_each_text(struct fs *fs,
		  int (*each)(void *arg, const char *path, enum efi_text kind, struct err *e),
		  void *arg, struct err *e)
{
	static const struct {
		const char *name;
		enum efi_text kind;
	} beside[] = { { "grub.cfg", EFI_GRUB },
		       { "grub.conf", EFI_GRUB },
		       { "grubenv", EFI_VARIABLES } };
	const size_t n = sizeof beside / sizeof *beside;
	struct text_list folders = { 0 }, entries = { 0 };
	int rc = list(fs, "/EFI", take_folder, &folders, e) ||
				 list(fs, "/loader/entries", take_entry, &entries, e)
			 ? -1
			 : 0;

	for (size_t i = 0; i < n * folders.n && !rc; i++) {
		char *path STR_AUTO =
			mem_printf("/EFI/%s/%s", folders.v[i / n], beside[i % n].name);

		if (look_exists(fs, path))
			rc = each(arg, path, beside[i % n].kind, e);
	}
	for (unsigned i = 0; i < entries.n && !rc; i++) {
		char *path STR_AUTO = mem_printf("/loader/entries/%s", entries.v[i]);

		rc = each(arg, path, EFI_ENTRY, e);
	}
	text_list_free(&folders);
	text_list_free(&entries);
	return rc;
}

int efi_each_unified(struct fs *fs, int (*each)(void *arg, const char *path), void *arg)
{
	struct text_list names = { 0 };
	int rc = 0;

	list(fs, "/EFI/Linux", take_program, &names, NULL);
	for (unsigned i = 0; i < names.n && !rc; i++) {
		char *path STR_AUTO = mem_printf("/EFI/Linux/%s", names.v[i]);

		rc = each(arg, path);
	}
	text_list_free(&names);
	return rc;
}

bool efi_starts_kernels(const char *text)
{
	static const char *const words[] = { "menuentry", "title",  "linux", "linuxefi",
					     "linux16",	  "kernel", "blscfg" };

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		size_t n;

		p += strspn(p, " \t");
		n = strcspn(p, " \t\r\n");
		for (size_t i = 0; i < sizeof words / sizeof *words; i++)
			if (n == strlen(words[i]) && !strncmp(p, words[i], n))
				return true;
	}
	return false;
}

// --- the survey's

struct texts {
	struct fs *fs;
	struct s_efi *x;
};

static int take_text(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct texts *t = arg;

	(void)e;
	if (kind == EFI_ENTRY) {
		t->x->entries++;
	} else if (kind == EFI_GRUB && !t->x->config[0]) {
		struct buf text BUF_AUTO = look_file(t->fs, path, EFI_TEXT_MAX);

		if (efi_starts_kernels(buf_str(&text)))
			str_copy(t->x->config, sizeof t->x->config, path);
	}
	return 0;
}

static int count_unified(void *arg, const char *path)
{
	struct s_efi *x = arg;

	(void)path;
	x->unified++;
	return 0;
}

static bool in(struct fs *fs, const char *folder, const char *pattern, const char *arch, char *path,
	       size_t size)
{
	size_t stem = strcspn(pattern, "%");

	snprintf(path, size, "/EFI/%s/%.*s%s.efi", folder, (int)stem, pattern, arch);
	return look_exists(fs, path);
}

// The loader of one processor, with that of the folder that has the best.
static bool find(struct fs *fs, const struct text_list *f, const char *arch, struct s_efi *x)
{
	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		for (unsigned k = 0; k < f->n; k++) {
			x->second[0] = 0;
			if (strcasecmp(f->v[k], "BOOT") &&
			    in(fs, f->v[k], loaders[i].loader, arch, x->loader, sizeof x->loader) &&
			    (!*loaders[i].second ||
			     in(fs, f->v[k], loaders[i].second, arch, x->second, sizeof x->second)))
				return true;
		}
	x->loader[0] = x->second[0] = 0;
	return false;
}

static void find_loader(struct fs *fs, struct s_efi *x)
{
	struct text_list folders = { 0 };
	bool found = false;

	list(fs, "/EFI", take_folder, &folders, NULL);
	for (size_t a = 0; a < sizeof archs / sizeof *archs && !found; a++) {
		found = find(fs, &folders, archs[a], x);
		snprintf(x->path, sizeof x->path, "/EFI/BOOT/BOOT%s.EFI",
			 a == 0	  ? "X64"
			 : a == 1 ? "IA32"
				  : "AA64");
		x->fallback = look_exists(fs, x->path);
		found |= x->fallback;
	}
	if (!found)
		x->path[0] = 0;
	text_list_free(&folders);
}

// Its own word in it, of which the loader tells the running system.
static bool is_systemds(struct fs *fs, const char *loader)
{
	static const char word[] = "LoaderInfo: systemd-boot";
	struct buf b BUF_AUTO = look_file(fs, loader, LOADER_MAX);

	return b.len && memmem(b.s, b.len, word, strlen(word));
}

// Who reads the entries: what starts without an entry in the firmware, whatever is left of GRUB
// beside it; what is there to be started; or, with nothing there, nobody else's.
static bool by_systemd(struct fs *fs, const struct s_efi *x)
{
	if (!x->entries && !x->unified && !x->beyond)
		return false;
	if (x->fallback && is_systemds(fs, x->path))
		return true;
	if (x->loader[0])
		return strstr(x->loader, "/systemd-boot") != NULL;
	return !x->fallback && !x->config[0];
}

// In a mirror its type may be that of any member: then the folder tells.
static bool is_system_part(const struct s_part *p, struct fs *fs)
{
	return !strcmp(part_type_name(&p->part), "EFI system") ||
	       (p->is_member && look_is_dir(fs, "/EFI"));
}

static unsigned count_beyond(struct look *l, int disk)
{
	const struct s_disk *d = &l->s->disks[disk];
	struct s_efi x = { 0 };

	for (unsigned i = 0; i < d->n; i++) {
		const struct s_part *p = &d->parts[i];
		bool its = p->has_fs && !p->stale && !strcmp(p->part.guid, PART_XBOOTLDR);
		struct fs *fs = its ? look_open(l, disk, (int)i) : NULL;

		if (!fs)
			continue;
		efi_each_text(fs, take_text, &(struct texts){ fs, &x }, NULL);
		efi_each_unified(fs, count_unified, &x);
	}
	return x.entries + x.unified;
}

void look_efi(struct look *l, int disk)
{
	struct s_disk *d = &l->s->disks[disk];
	struct s_efi *x = &d->efi;

	for (unsigned i = 0; i < d->n && !x->there; i++) {
		const struct s_part *p = &d->parts[i];
		bool fat = p->has_fs && !p->stale && !strcmp(p->fs.type, "vfat");
		struct fs *fs = fat ? look_open(l, disk, (int)i) : NULL;

		if (!fs || !is_system_part(p, fs))
			continue;
		x->there = true;
		x->part = (int)i;
		find_loader(fs, x);
		efi_each_text(fs, take_text, &(struct texts){ fs, x }, NULL);
		efi_each_unified(fs, count_unified, x);
		x->beyond = count_beyond(l, disk);
		x->systemd_boot = by_systemd(fs, x);
	}
}
