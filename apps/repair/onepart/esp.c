// SPDX-License-Identifier: GPL-2.0-or-later
// GRUB on the EFI system partition finds its configuration by a small file beside it (Debian, Red
// Hat since 9, SUSE), which names a file system by its UUID and a path in it. Where there is none
// the same stands inside of the loader, and the system's own tools have to make another.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "initrd/initrd.h"
#include "repair/file.h"
#include "repair/onepart/onepart.h"
#include "repair/steps/step.h"

#define FOLDERS 32
#define STUB_MAX 65536

static int take_folder(void *arg, const char *name, unsigned type)
{
	struct text_list *l = arg;

	(void)type;
	if (name[0] != '.' && l->n < FOLDERS)
		text_list_add(l, name);
	return 0;
}

static bool names(const char *text, const char *uuid)
{
	return *uuid && strcasestr(text, uuid);
}

// GRUB's variables, kernels' arguments among them (Red Hat 8).
static bool is_variables(const char *path)
{
	return !strcmp(strrchr(path, '/'), "/grubenv");
}

// Calls each for every such file that names the file system, and for variables; -1 when that does.
static int each_file(struct fs *fs, const char *uuid,
		     int (*each)(void *arg, const char *path, const char *text, struct err *e),
		     void *arg, struct err *e)
{
	static const char *const files[] = { "grub.cfg", "grubenv" };
	struct text_list folders = { 0 };
	struct err none;
	int rc = 0;

	fs_list(fs, "/EFI", take_folder, &folders, &none);
	for (unsigned i = 0; i < 2 * folders.n && !rc; i++) {
		char *path STR_AUTO = mem_printf("/EFI/%s/%s", folders.v[i / 2], files[i % 2]);
		struct buf text BUF_AUTO = { 0 };

		if (!fs_read_file(fs, path, STUB_MAX, &text, &none) &&
		    (is_variables(path) || names(buf_str(&text), uuid)))
			rc = each(arg, path, buf_str(&text), e);
	}
	text_list_free(&folders);
	return rc;
}

static int count(void *arg, const char *path, const char *text, struct err *e)
{
	struct onepart *o = arg;

	(void)text;
	(void)e;
	o->stubs += !is_variables(path);
	return 0;
}

static bool moves(const struct onepart *o)
{
	return o->own_boot || strcasecmp(o->boot_uuid, o->uuid);
}

int onepart_esp_plan(struct onepart *o, struct patient *p, struct err *e)
{
	struct fs *fs = patient_open_part(p, o->esp, e);

	if (!fs || each_file(fs, o->boot_uuid, count, o, e))
		return -1;
	if (o->stubs || !moves(o) || p->sys->grub_efi)
		return 0;
	return err_usage(e,
			 "%s: --one-partition: GRUB on its EFI system partition has the place of "
			 "/boot inside, and GRUB's modules for UEFI (/usr/lib/grub/x86_64-efi), of "
			 "which another could be made, are not installed: make the image without",
			 p->disk->disk.path);
}

struct change {
	const char *path; // of the file
	struct repair *r;
	const struct onepart *o;
	const char *uuid; // of the new file system
	int esp;	  // the mounted EFI system partition
	unsigned seen;
};

static bool arguments(void *arg, const char *text, struct buf *out)
{
	const struct change *c = arg;

	return onepart_arguments(c->r, c->o, c->path, text, out);
}

// With Red Hat up to 8 it is no small file but all of the configuration, kernels' arguments in it.
static bool edit(struct change *c, const char *path, const char *text, struct buf *out)
{
	struct buf args BUF_AUTO = { 0 };
	bool changed;

	c->path = path;
	if (is_variables(path))
		return text_grub_variables(text, arguments, c, out);
	changed = arguments(c, text, &args);
	return text_grub_stub(buf_str(&args), c->o->boot_uuid, c->uuid, c->o->own_boot, out) ||
	       changed;
}

static int change(void *arg, const char *path, const char *text, struct err *e)
{
	struct buf new BUF_AUTO = { 0 };
	struct change *c = arg;

	if (!edit(c, path, text, &new))
		return 0;
	if (!is_variables(path))
		edits_add(c->r->edits, ONEPART_STEP, path, "GRUB looks in the one partition");
	return file_replace(c->esp, path, buf_str(&new), new.len, e);
}

static struct change begin(struct repair *r, const struct onepart *o)
{
	return (struct change){ .r = r,
				.o = o,
				.uuid = r->first.disk->parts[r->first.sys->part].fs.uuid };
}

int onepart_esp_change(struct repair *r, const struct onepart *o, struct err *e)
{
	struct fs *fs = patient_open_part(&r->now, r->now.disk->efi.part, e);
	unsigned mounts = r->root->n_mounts;
	struct change c = begin(r, o);
	struct err ignored;
	int rc = -1;

	r->loader_anew = !o->stubs && moves(o);
	if (!fs || !o->stubs)
		return fs ? 0 : -1;
	if (!root_mount_more(r->root, &r->now, &r->names, r->now.disk->efi.part, NULL, e)) {
		int esp FD_AUTO = open(ROOT_BESIDE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		c.esp = esp;
		rc = esp < 0 ? err_set(e, errno, "%s: open", ROOT_BESIDE)
			     : each_file(fs, o->boot_uuid, change, &c, e);
		if (!rc && syncfs(esp))
			rc = err_set(e, errno, "EFI system partition: flush");
	}
	return root_release(r->root, mounts, rc ? &ignored : e) || rc ? -1 : 0;
}

static int look(void *arg, const char *path, const char *text, struct err *e)
{
	struct buf ignored BUF_AUTO = { 0 };
	struct change *c = arg;

	c->seen += !is_variables(path);
	return edit(c, path, text, &ignored)
		       ? err_set(e, 0, "new disk: %s: it was not changed", path)
		       : 0;
}

int onepart_esp_check(struct repair *r, const struct onepart *o, struct err *e)
{
	struct fs *fs = patient_open_part(&r->now, r->now.disk->efi.part, e);
	struct change c = begin(r, o);

	if (!fs || each_file(fs, c.uuid, look, &c, e))
		return -1;
	return c.seen == o->stubs
		       ? 0
		       : err_set(e, 0,
				 "new disk: GRUB on its EFI system partition looks elsewhere");
}
