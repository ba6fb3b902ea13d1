// SPDX-License-Identifier: GPL-2.0-or-later
// The boot loader: configured for a machine with this one disk, and put back by its own tools
// when what lies in the boot sector and behind it would not start the system.
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "repair/boot/boot.h"
#include "repair/text.h"

// /etc/mtab as a plain file is what old installers believe. Names of arrays in it become those of
// partitions.
static enum fstab_verdict judge_mtab(void *arg, const struct fstab_line *l, char *to, size_t size)
{
	struct repair *r = arg;
	int part = patient_array(&r->first, l->spec);

	if (part < 0 && !strncmp(l->spec, "/dev/md", 7) && !strcmp(l->dir, "/"))
		part = r->first.sys->part;
	if (part < 0)
		return FSTAB_KEEP;
	names_part(&r->names, r->first.disk, part, to, size);
	edits_add(r->edits, "grub", "/etc/mtab", "%s -> %s", l->spec, to);
	return FSTAB_RENAME;
}

// As a link to /proc it is always right, and cannot be read here.
static int edit_mtab(struct repair *r, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct err ignored;
	bool there;

	if (step_read(r, "/etc/mtab", &old, &there, &ignored) ||
	    !text_fstab(buf_str(&old), judge_mtab, r, &new))
		return 0;
	return step_write(r, "/etc/mtab", &new, e);
}

// What becomes a virtual machine keeps a boot loader that cannot be put back here: the verdict has
// said so. And one that UEFI starts may be none of those that are known.
static bool left_alone(const struct repair *r)
{
	const struct s_efi *x = &r->first.disk->efi;

	if (boot_find(r, NULL))
		return false;
	if (!r->o->hyper && survey_starts_by_efi(r->first.disk) && (x->loader[0] || x->fallback)) {
		if (!r->again)
			ui_say(r->ui, UI_WARN,
			       "grub: the boot loader on the EFI system partition is left as it "
			       "is: it is neither GRUB nor systemd-boot with entries beside it");
		return true;
	}
	return r->o->hyper;
}

static int needed(struct repair *r, struct err *e)
{
	bool efi = survey_starts_by_efi(r->first.disk);
	const struct boot_ops *boot;
	char why[200];
	int rc;

	if (left_alone(r))
		return 0;
	boot = boot_find(r, e);
	if (!boot || boot->configure(r, e) || edit_mtab(r, e))
		return -1;
	rc = boot->check(r, why, sizeof why, e);
	if (rc > 0 && efi)
		edits_add(r->edits, "grub", "EFI system partition",
			  "%s: put right by %s's own tools", why, boot->name);
	else if (rc > 0)
		edits_add(r->edits, "grub", "boot sector",
			  "%s: %s is installed again by its own tools", why, boot->name);
	// GRUB 2 finds its files through the array's name: out of the mirror it does not
	else if (!rc && !efi && patient_in_mirror(&r->now) && !strcmp(boot->name, "grub2"))
		edits_add(r->edits, "grub", "boot sector",
			  "it looks for the array: %s is installed again", boot->name);
	return rc < 0 ? -1 : 0;
}

static int install(struct repair *r, const struct boot_ops *boot, struct err *e)
{
	unsigned mounts = r->root->n_mounts;
	struct err ignored;
	int rc = root_furnish(r->root, e) || boot->install(r, e) ? -1 : 0;

	return root_release(r->root, mounts, rc ? &ignored : e) || rc ? -1 : 0;
}

static int in_root(struct repair *r, struct err *e)
{
	const struct boot_ops *boot = boot_find(r, e);

	if (!boot || boot->configure(r, e) || edit_mtab(r, e))
		return -1;
	return install(r, boot, e);
}

const struct step_ops step_grub = {
	.name = "grub",
	.help = "installs the system's own boot loader again and checks what lies on the disk",
	.why = "the firmware starts what lies on this disk alone, and it has to find its files "
	       "there",
	.system = true,
	.needed = needed,
	.in_root = in_root,
};
