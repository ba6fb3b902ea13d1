// SPDX-License-Identifier: GPL-2.0-or-later
// Where /boot of a system lies, which boot loader's files are in it.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "inspect/look.h"

static const struct config {
	const char *loader, *path; // from /boot
	const char *evidence;	   // what else is there when this loader was really installed
} configs[] = {
	{ "grub2", "/grub/grub.cfg", "/grub/i386-pc" },
	{ "grub2", "/grub2/grub.cfg", "/grub2/i386-pc" },
	{ "grub2", "/grub/grub.cfg", "/grub/x86_64-efi" },
	{ "grub2", "/grub2/grub.cfg", "/grub2/x86_64-efi" },
	{ "grub-legacy", "/grub/grub.conf", "/grub/stage2" },
	{ "grub-legacy", "/grub/menu.lst", "/grub/stage2" },
	{ "syslinux", "/extlinux/extlinux.conf", "/extlinux/ldlinux.sys" },
};
#define CONFIGS (sizeof(configs) / sizeof(configs[0]))

static bool exists(struct fs *boot, const char *dir, const char *path)
{
	char full[128];

	snprintf(full, sizeof(full), "%s%s", dir, path);
	return look_exists(boot, full);
}

// Several may be there; what the boot sector holds decides, then what is whole, then the order
// above.
static const struct config *choose_config(struct fs *boot, const char *dir, const char *boot_code)
{
	const struct config *best = NULL;
	int best_points = 0;

	for (size_t i = 0; i < CONFIGS; i++) {
		int points = 1;

		if (!exists(boot, dir, configs[i].path))
			continue;
		points += exists(boot, dir, configs[i].evidence) ? 2 : 0;
		points += strcmp(configs[i].loader, boot_code) == 0 ? 4 : 0;
		if (points > best_points) {
			best_points = points;
			best = &configs[i];
		}
	}
	return best;
}

// systemd mounts such a partition on /boot without a word in fstab.
static int find_extended(struct look *l, const struct s_system *sys, struct fs *root)
{
	const struct s_disk *d = &l->s->disks[sys->disk];

	for (unsigned i = 0; i < d->n && d->efi.beyond; i++) {
		struct fs *fs = strcmp(d->parts[i].part.guid, PART_XBOOTLDR)
					? NULL
					: look_open(l, sys->disk, (int)i);

		if (fs && fs != root && look_is_dir(fs, "/loader/entries"))
			return (int)i;
	}
	return -1;
}

// The partition that fstab calls /boot; without an answer there the root itself, when it has a
// loader's folder, or else a partition of the same disk that has one at its top.
static void find_boot(struct look *l, struct s_system *sys, struct fs *root)
{
	bool named = false;

	for (unsigned i = 0; i < sys->n_mounts; i++) {
		if (strcmp(sys->mounts[i].dir, "/boot") != 0)
			continue;
		named = true;
		if (sys->mounts[i].disk >= 0 &&
		    look_open(l, sys->mounts[i].disk, sys->mounts[i].part)) {
			sys->boot_disk = sys->mounts[i].disk;
			sys->boot_part = sys->mounts[i].part;
			return;
		}
	}
	if (!named) {
		int part = find_extended(l, sys, root);

		sys->boot_part = part < 0 ? sys->boot_part : part;
		return;
	}
	if (look_is_dir(root, "/boot/grub") || look_is_dir(root, "/boot/grub2"))
		return;
	for (unsigned i = 0; i < l->s->disks[sys->disk].n; i++) {
		struct fs *fs = l->s->disks[sys->disk].parts[i].stale
					? NULL
					: look_open(l, sys->disk, (int)i);

		if (fs && fs != root && (look_is_dir(fs, "/grub") || look_is_dir(fs, "/grub2"))) {
			sys->boot_part = (int)i;
			return;
		}
	}
}

// The loader that has its configuration on the EFI system partition; NULL: there is none, or GRUB
// in /boot goes before it. One of GRUB there is made from the same as that in /boot (Red Hat up to
// 8); entries of systemd-boot are not.
static const char *on_esp(const struct s_disk *d, bool in_boot)
{
	const struct s_efi *x = &d->efi;

	if (!survey_starts_by_efi(d) || !x->there)
		return NULL;
	if (x->systemd_boot && (x->loader[0] || x->fallback || !in_boot))
		return "systemd-boot";
	return x->config[0] && !in_boot ? "grub2-esp" : NULL;
}

// Without a line in fstab systemd mounts it on /efi, or on /boot where that is not there.
static void find_esp(const struct s_disk *d, struct s_system *sys, struct fs *root)
{
	static const char *const usual[] = { "/efi", "/boot/efi" };
	const char *at = "/boot";

	if (!d->efi.there)
		return;
	for (size_t i = sizeof usual / sizeof *usual; i > 0; i--)
		if (look_is_dir(root, usual[i - 1]))
			at = usual[i - 1];
	for (unsigned i = sys->n_mounts; i > 0; i--) {
		const struct s_mount *m = &sys->mounts[i - 1];

		if (m->disk == sys->disk && m->part == d->efi.part && m->dir[0] == '/' && m->dir[1])
			at = m->dir;
	}
	str_copy(sys->esp_at, sizeof sys->esp_at, at);
}

void look_boot(struct look *l, struct s_system *sys, struct fs *root)
{
	const struct config *c;
	struct fs *boot;
	const char *dir, *beside;

	str_copy(sys->boot_loader, sizeof(sys->boot_loader), "none");
	find_boot(l, sys, root);
	boot = look_open(l, sys->boot_disk, sys->boot_part);
	if (!boot)
		return;
	dir = sys->boot_disk == sys->disk && sys->boot_part == sys->part ? "/boot" : "";
	c = choose_config(boot, dir, l->s->disks[sys->boot_disk].boot_code);
	beside = on_esp(&l->s->disks[sys->disk], c != NULL);
	if (beside) {
		str_copy(sys->boot_loader, sizeof(sys->boot_loader), beside);
	} else if (c) {
		str_copy(sys->boot_loader, sizeof(sys->boot_loader), c->loader);
		snprintf(sys->boot_config, sizeof(sys->boot_config), "/boot%s", c->path);
	}
	find_esp(&l->s->disks[sys->disk], sys, root);
	look_installed(l, sys, root, boot, dir);
}
