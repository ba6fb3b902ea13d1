// SPDX-License-Identifier: GPL-2.0-or-later
// What boot loaders read on the EFI system partition. GRUB finds its configuration by a small file
// beside it (Debian, Red Hat since 9, SUSE), which names a file system by its UUID and a path in
// it, or has all of it there (Red Hat up to 8). Where there is neither, the same stands inside of
// the loader, and the system's own tools have to make another. Kernels' arguments may stand in all
// of them.
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "repair/esp.h"
#include "repair/file.h"
#include "repair/onepart/onepart.h"
#include "repair/text.h"

// Does the loader look for /boot elsewhere afterwards? Not where that is the partition itself, and
// systemd-boot never does.
static bool moves(const struct onepart *o)
{
	return !o->loader_stays && (o->own_boot || o->inside || strcasecmp(o->boot_uuid, o->uuid));
}

static bool names(const char *text, const char *uuid)
{
	return *uuid && strcasestr(text, uuid);
}

struct plan {
	struct onepart *o;
	struct fs *fs;
};

static int count(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct buf text BUF_AUTO = { 0 }, ignored BUF_AUTO = { 0 };
	const struct plan *p = arg;
	struct onepart *o = p->o;
	bool is_text;

	if (kind != EFI_GRUB)
		return 0;
	if (esp_read(p->fs, -1, path, &text, &is_text, e))
		return -1;
	if (!is_text)
		return 0;
	// what looks for an array does not any more when that has been taken apart
	o->stubs +=
		!o->loader_stays && (names(buf_str(&text), o->boot_uuid) ||
				     text_grub_array_root(buf_str(&text), o->boot_uuid, &ignored));
	return 0;
}

int onepart_esp_plan(struct onepart *o, struct patient *p, struct err *e)
{
	struct fs *fs = patient_open_part(p, o->esp, e);

	if (!fs || efi_each_text(fs, count, &(struct plan){ o, fs }, e))
		return -1;
	o->inside = esp_loader_names(p, "lvmid/") || esp_loader_names(p, "mduuid/");
	if (o->stubs || !moves(o))
		return 0;
	if (!strcmp(p->sys->boot_loader, "grub2-esp"))
		return err_usage(
			e,
			"%s: --one-partition: %s on its EFI system partition does not name "
			"the file system of /boot by its UUID, so another place cannot be "
			"told there: make the image without",
			p->disk->disk.path, p->disk->efi.config);
	if (p->sys->grub_efi)
		return 0;
	return err_usage(e,
			 "%s: --one-partition: GRUB on its EFI system partition has the place of "
			 "/boot inside, and GRUB's modules for UEFI (/usr/lib/grub/x86_64-efi), of "
			 "which another could be made, are not installed: make the image without",
			 p->disk->disk.path);
}

struct change {
	struct repair *r;
	const struct onepart *o;
	struct fs *fs;
	const char *uuid; // of the new file system
	int esp;	  // the mounted EFI system partition
	unsigned seen;
};

static bool edit_grub(const struct change *c, const char *path, const char *text, struct buf *out)
{
	struct buf args BUF_AUTO = { 0 };
	bool changed = onepart_arguments(c->r, c->o, path, text, true, &args);

	if (moves(c->o) && text_grub_stub(buf_str(&args), c->o->boot_uuid, c->uuid,
					  c->o->own_boot ? c->o->boot : NULL, out)) {
		edits_add(c->r->edits, ONEPART_STEP, path, "GRUB looks in the one partition");
		return true;
	}
	if (!moves(c->o))
		buf_add(out, args.s, args.len);
	return changed;
}

static bool edit(const struct change *c, const char *path, enum efi_text kind, const char *text,
		 struct buf *out)
{
	if (kind == EFI_GRUB)
		return edit_grub(c, path, text, out);
	if (kind == EFI_VARIABLES)
		return onepart_variables(c->r, c->o, path, text, out);
	return onepart_arguments(c->r, c->o, path, text, true, out);
}

static int change(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	const struct change *c = arg;
	bool text;

	if (esp_read(c->fs, c->esp, path, &old, &text, e))
		return -1;
	return text && edit(c, path, kind, buf_str(&old), &new)
		       ? file_replace(c->esp, path, buf_str(&new), new.len, e)
		       : 0;
}

static int begin(struct change *c, struct repair *r, const struct onepart *o, struct err *e)
{
	*c = (struct change){ .r = r,
			      .o = o,
			      .fs = patient_open_part(&r->now, r->now.disk->efi.part, e),
			      .uuid = r->first.disk->parts[r->first.sys->part].fs.uuid };
	return c->fs ? 0 : -1;
}

static int change_all(struct repair *r, int esp, const void *arg, struct err *e)
{
	struct change c;

	if (begin(&c, r, arg, e))
		return -1;
	c.esp = esp;
	return efi_each_text(c.fs, change, &c, e);
}

int onepart_esp_change(struct repair *r, const struct onepart *o, struct err *e)
{
	r->loader_anew = !o->stubs && moves(o);
	return esp_with(r, change_all, o, e);
}

static int look(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct buf text BUF_AUTO = { 0 }, ignored BUF_AUTO = { 0 };
	struct change *c = arg;
	bool is_text;

	if (esp_read(c->fs, -1, path, &text, &is_text, e))
		return -1;
	if (!is_text)
		return 0;
	c->seen += kind == EFI_GRUB && !c->o->loader_stays && names(buf_str(&text), c->uuid);
	return edit(c, path, kind, buf_str(&text), &ignored)
		       ? err_set(e, 0, "new disk: %s: it was not changed", path)
		       : 0;
}

int onepart_esp_check(struct repair *r, const struct onepart *o, struct err *e)
{
	struct change c;

	if (begin(&c, r, o, e) || efi_each_text(c.fs, look, &c, e))
		return -1;
	return c.seen == o->stubs && !(r->loader_anew && (esp_loader_names(&r->now, "lvmid/") ||
							  esp_loader_names(&r->now, "mduuid/")))
		       ? 0
		       : err_set(e, 0,
				 "new disk: GRUB on its EFI system partition looks elsewhere");
}
