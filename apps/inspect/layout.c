// SPDX-License-Identifier: GPL-2.0-or-later
// Whether all of a system could lie in one partition of a new disk. What can only be found out with
// its files at hand is the planner's business.
#include <stdio.h>
#include <string.h>

#include "inspect/survey.h"

// Made by the system's own program, of that package.
static const struct {
	const char *type, *package;
} made[] = { { "xfs", "xfsprogs" }, { "btrfs", "btrfs-progs" } };

static const char *package_of(const char *type)
{
	for (size_t i = 0; i < sizeof made / sizeof *made; i++)
		if (!strcmp(made[i].type, type))
			return made[i].package;
	return NULL;
}

static bool say(char *why, size_t size, const char *text)
{
	str_copy(why, size, text);
	return false;
}

static bool loader_can(const struct s_disk *d, const struct s_system *sys, char *why, size_t size)
{
	static const char *const by_efi[] = { "grub2", "grub2-esp", "systemd-boot", NULL };
	static const char *const by_bios[] = { "grub2", "grub-legacy", NULL };
	bool efi = survey_starts_by_efi(d);
	const char *const *known = efi ? by_efi : by_bios;

	while (*known && strcmp(*known, sys->boot_loader))
		known++;
	if (efi && !d->efi.there)
		return say(why, size,
			   "its EFI system partition, which would have to come along, cannot be "
			   "read");
	if (!strcmp(sys->boot_loader, "systemd-boot") && survey_boot_is_extended(d, sys))
		return say(why, size,
			   "systemd-boot reads kernels from its /boot, which has to be a partition "
			   "of its own");
	if (!*known) {
		snprintf(why, size, "its boot loader (%s) cannot be changed here, only %s",
			 strcmp(sys->boot_loader, "none") ? sys->boot_loader : "unknown",
			 efi ? "GRUB 2 and systemd-boot with its entries on the EFI system "
			       "partition"
			     : "GRUB legacy and GRUB 2");
		return false;
	}
	return true;
}

static bool root_can(const struct s_part *root, const struct s_system *sys, char *why, size_t size)
{
	const char *package = package_of(root->fs.type);

	// its initrd need not know another file system than it had
	if (!strncmp(root->fs.type, "ext", 3))
		return true;
	if (!package)
		snprintf(why, size,
			 "its / is %s: only ext2, ext3, ext4, XFS and btrfs can be made here",
			 root->fs.type);
	else if (!strcmp(sys->boot_loader, "grub-legacy"))
		snprintf(why, size, "its / is %s, from which GRUB legacy cannot start",
			 root->fs.type);
	else if (!sys->mkfs[0])
		snprintf(why, size,
			 "its / is %s, and the program that makes one for its kernel (mkfs.%s, of "
			 "the package %s) is not installed on it",
			 root->fs.type, root->fs.type, package);
	else
		return true;
	return false;
}

bool survey_boot_is_esp(const struct s_disk *d, const struct s_system *sys)
{
	return survey_starts_by_efi(d) && d->efi.there && sys->boot_disk == sys->disk &&
	       sys->boot_part == d->efi.part;
}

bool survey_boot_is_extended(const struct s_disk *d, const struct s_system *sys)
{
	return survey_starts_by_efi(d) && sys->boot_disk == sys->disk &&
	       sys->boot_part != sys->part &&
	       !strcmp(d->parts[sys->boot_part].part.guid, PART_XBOOTLDR);
}

bool survey_in_tree(const struct s_disk *d, const struct s_system *sys, const struct s_mount *m)
{
	bool esp = survey_starts_by_efi(d) && d->efi.there && m->part == d->efi.part;

	return m->disk == sys->disk && m->part >= 0 && !esp && strcmp(m->type, "swap") &&
	       m->dir[0] == '/' && m->dir[1];
}

bool survey_can_join(const struct survey *s, const struct s_system *sys, char *why, size_t size)
{
	const struct s_disk *d = &s->disks[sys->disk];

	if (sys->windows)
		return say(why, size, "it is no Linux");
	if (sys->boot_disk != sys->disk)
		return say(why, size, "its /boot lies on another disk");
	if (!loader_can(d, sys, why, size) || !root_can(&d->parts[sys->part], sys, why, size))
		return false;
	for (unsigned i = 0; i < sys->n_mounts; i++) {
		const struct s_mount *m = &sys->mounts[i];
		const struct s_part *sp = m->part >= 0 ? &d->parts[m->part] : NULL;

		if (!survey_in_tree(d, sys, m) ||
		    (sp->has_fs && strcmp(sp->fs.type, "crypto_LUKS")))
			continue;
		snprintf(why, size, "%.80s of the system lies on %.300s, which cannot be read",
			 m->dir, sp->path);
		return false;
	}
	return true;
}
