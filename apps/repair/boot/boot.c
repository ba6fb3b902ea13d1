// SPDX-License-Identifier: GPL-2.0-or-later
// The table of boot loaders, and what they share.
#include "repair/boot/boot.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "repair/args.h"

static const struct boot_ops *const loaders[] = {
#define X(n) &boot_##n,
#include "repair/boot/list.h"
#undef X
};

const struct boot_ops *boot_find(const struct repair *r, struct err *e)
{
	const struct s_system *sys = r->first.sys;

	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		if (!strcmp(loaders[i]->name, sys->boot_loader))
			return loaders[i];
	err_set(e, 0,
		"%s: %s: its boot loader is %s: only GRUB legacy, GRUB 2 and systemd-boot can be "
		"put back here (" BOOT_OTHER_STEPS ")",
		r->first.disk->disk.path, sys->name,
		strcmp(sys->boot_loader, "none") ? sys->boot_loader
						 : "unknown (no configuration found in /boot)");
	return NULL;
}

// Does the map say that this disk is (hd0), and nothing else?
static bool map_is_right(const char *text, const char *disk)
{
	unsigned entries = 0, right = 0;

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		char drive[16], device[128];

		p += strspn(p, " \t");
		if (*p == '#' || sscanf(p, "%15s /dev/%127s", drive, device) != 2)
			continue;
		entries++;
		// a link by its serial number stays true
		right += !strcmp(drive, "(hd0)") &&
			 (!strcmp(device, disk) || !strncmp(device, "disk/", 5));
	}
	return entries == 1 && right == 1;
}

int boot_device_map(struct repair *r, const char *path, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	bool there;

	if (step_read(r, path, &old, &there, e))
		return -1;
	if (!there || map_is_right(buf_str(&old), r->names.disk))
		return 0;
	buf_printf(&new, "(hd0) /dev/%s\n", r->names.disk);
	edits_add(r->edits, "grub", path, "only (hd0), which is /dev/%s", r->names.disk);
	return step_write(r, path, &new, e);
}

int boot_edit_arguments(struct repair *r, const void *arg, const char *path, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	struct args_place p = { r, "grub", path };
	bool there;

	(void)arg;
	if (step_read(r, path, &old, &there, e))
		return -1;
	return there && args_edit_devices(&p, buf_str(&old), &new) ? step_write(r, path, &new, e)
								   : 0;
}

bool boot_esp_has_loader(const struct repair *r)
{
	const struct s_efi *x = &r->now.disk->efi;

	return !x->there || x->loader[0] || x->fallback;
}

// The sectors at `at` (bytes) hold the file's bytes [from, from + len). 1 yes, 0 no, -1 unreadable.
static int same(struct repair *r, uint64_t at, const struct buf *file, size_t from, size_t len,
		struct err *e)
{
	char piece[4096];

	if (from > file->len || len > file->len - from)
		return 0;
	while (len) {
		size_t k = len < sizeof piece ? len : sizeof piece;

		if (at > r->now.src->size || k > r->now.src->size - at)
			return 0;
		if (src_read(r->now.src, at, piece, k, e))
			return -1;
		if (memcmp(piece, file->s + from, k))
			return 0;
		at += k;
		from += k;
		len -= k;
	}
	return 1;
}

int boot_check_sector(struct repair *r, const char *path, const struct boot_bytes *fixed, size_t n,
		      void *sector, char *why, size_t size, struct err *e)
{
	struct buf file BUF_AUTO = { 0 };
	bool there;
	int rc = 1;

	if (step_read(r, path, &file, &there, e) || src_read(r->now.src, 0, sector, BOOT_SECTOR, e))
		return -1;
	if (!there || file.len != BOOT_SECTOR) {
		snprintf(why, size, "%s is missing", path);
		return 1;
	}
	for (size_t i = 0; i < n && rc > 0; i++)
		rc = same(r, fixed[i].from, &file, fixed[i].from, fixed[i].to - fixed[i].from, e);
	if (!rc)
		snprintf(why, size, "the boot sector does not hold this system's GRUB");
	return rc < 0 ? -1 : !rc;
}

int boot_check_stage(struct repair *r, const char *path, uint64_t at, bool whole, char *why,
		     size_t size, struct err *e)
{
	struct buf file BUF_AUTO = { 0 };
	bool there;
	int rc;

	if (step_read(r, path, &file, &there, e))
		return -1;
	if (!there || file.len < 2 * BOOT_SECTOR) {
		snprintf(why, size, "%s is missing", path);
		return 1;
	}
	rc = same(r, at, &file, 0, 0x1a0, e);
	if (rc > 0 && whole)
		rc = same(r, at + 2 * BOOT_SECTOR, &file, 2 * BOOT_SECTOR,
			  file.len - 2 * BOOT_SECTOR, e);
	if (!rc)
		snprintf(why, size, "the sectors from %llu do not hold %s",
			 (unsigned long long)at / BOOT_SECTOR, path);
	return rc < 0 ? -1 : !rc;
}
