// SPDX-License-Identifier: GPL-2.0-or-later
// What lies on the EFI system partition of a disk: the loader that an installation put there, which
// the firmware starts by an entry in its own memory, and the one it looks for when it has none:
// \EFI\BOOT\BOOTX64.EFI. A disk that moves to another machine has only the latter.
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/text.h"
#include "inspect/look.h"

#define FOLDERS 32

static const char *const archs[] = { "x64", "ia32", "aa64" };

// The best first. Shim starts what lies beside it.
static const struct {
	const char *loader, *second;
} loaders[] = {
	{ "shim%s.efi", "grub%s.efi" },
	{ "grub%s.efi", "" },
	{ "systemd-boot%s.efi", "" },
};

struct folders {
	char name[FOLDERS][64];
	unsigned n;
};

static int take(void *arg, const char *name, unsigned type)
{
	struct folders *f = arg;

	(void)type;
	if (strcasecmp(name, "BOOT") && strcasecmp(name, "Microsoft") && strlen(name) < 64 &&
	    name[0] != '.')
		str_copy(f->name[f->n++], sizeof f->name[0], name);
	return f->n == FOLDERS;
}

static bool in(struct fs *fs, const char *folder, const char *pattern, const char *arch, char *path,
	       size_t size)
{
	size_t stem = strcspn(pattern, "%");

	snprintf(path, size, "/EFI/%s/%.*s%s.efi", folder, (int)stem, pattern, arch);
	return look_exists(fs, path);
}

// The loader of one processor, with that of the folder that has the best.
static bool find(struct fs *fs, const struct folders *f, const char *arch, struct s_efi *x)
{
	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		for (unsigned k = 0; k < f->n; k++) {
			x->second[0] = 0;
			if (in(fs, f->name[k], loaders[i].loader, arch, x->loader,
			       sizeof x->loader) &&
			    (!*loaders[i].second || in(fs, f->name[k], loaders[i].second, arch,
						       x->second, sizeof x->second)))
				return true;
		}
	x->loader[0] = x->second[0] = 0;
	return false;
}

// In a mirror its type may be that of any member: then the folder tells.
static bool is_system_part(const struct s_part *p, struct fs *fs)
{
	return !strcmp(part_type_name(&p->part), "EFI system") ||
	       (p->is_member && look_is_dir(fs, "/EFI"));
}

void look_efi(struct look *l, int disk)
{
	struct s_disk *d = &l->s->disks[disk];
	struct s_efi *x = &d->efi;

	for (unsigned i = 0; i < d->n && !x->there; i++) {
		const struct s_part *p = &d->parts[i];
		bool fat = p->has_fs && !p->stale && !strcmp(p->fs.type, "vfat");
		struct fs *fs = fat ? look_open(l, disk, (int)i) : NULL;
		struct folders f = { 0 };
		bool found = false;

		if (!fs || !is_system_part(p, fs))
			continue;
		x->there = true;
		x->part = (int)i;
		fs_list(fs, "/EFI", take, &f, NULL);
		for (size_t a = 0; a < sizeof archs / sizeof *archs && !found; a++) {
			found = find(fs, &f, archs[a], x);
			snprintf(x->path, sizeof x->path, "/EFI/BOOT/BOOT%s.EFI",
				 a == 0	  ? "X64"
				 : a == 1 ? "IA32"
					  : "AA64");
			x->fallback = look_exists(fs, x->path);
			found |= x->fallback;
		}
		if (!found)
			x->path[0] = 0;
	}
}
