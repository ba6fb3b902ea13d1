// SPDX-License-Identifier: GPL-2.0-or-later
// The configuration is changed as text. The system's own grub2-mkconfig would write it for the
// firmware that Salvor itself was started by, which may be another: Red Hat's takes linux16 where
// there is no UEFI, and that does not start on it.
#include "repair/esp.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "repair/args.h"
#include "repair/file.h"
#include "repair/text.h"

#define FOLDERS 32
#define FILE_MAX (1u << 20)

struct folders {
	char name[FOLDERS][64];
	unsigned n;
};

static int take(void *arg, const char *name, unsigned type)
{
	struct folders *f = arg;

	(void)type;
	if (strcasecmp(name, "Microsoft") && strlen(name) < sizeof f->name[0] && name[0] != '.')
		str_copy(f->name[f->n++], sizeof f->name[0], name);
	return f->n == FOLDERS;
}

// GRUB's own root, where the kernels lie.
static bool search(struct args_place *p, const char *text, struct buf *out)
{
	const struct s_part *boot = &p->r->first.disk->parts[p->r->first.sys->boot_part];

	if (!boot->has_fs || !boot->fs.uuid[0]) {
		buf_puts(out, text);
		return false;
	}
	if (!text_grub_array_root(text, boot->fs.uuid, out))
		return false;
	edits_add(p->r->edits, p->step, p->path,
		  "GRUB's root is no longer the array: it is looked for by UUID %s", boot->fs.uuid);
	return true;
}

static int edit(struct repair *r, struct fs *fs, int esp, const char *path, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, devices BUF_AUTO = { 0 }, args BUF_AUTO = { 0 },
		       new BUF_AUTO = { 0 };
	struct args_place p = { r, "efi", path };
	struct err why;
	int rc = esp < 0 ? fs_read_file(fs, path, FILE_MAX, &old, &why)
			 : file_read_max(esp, path, FILE_MAX, &old, &why);
	bool changed;

	if (rc && (why.num == ENOENT || why.num == ENOTDIR))
		return 0;
	if (rc) {
		*e = why;
		return -1;
	}
	if (strlen(buf_str(&old)) != old.len) // no text
		return 0;
	changed = text_kernel_args(buf_str(&old), args_by_device, &p, &devices);
	changed |= args_edit(&p, buf_str(&devices), &args);
	changed |= search(&p, buf_str(&args), &new);
	return changed && esp >= 0 ? file_replace(esp, path, buf_str(&new), new.len, e) : 0;
}

int esp_configure(struct repair *r, int esp, struct err *e)
{
	static const char *const files[] = { "grub.cfg", "grub.conf", "grubenv" };
	struct fs *fs = patient_open_part(&r->now, r->now.disk->efi.part, e);
	struct folders f = { 0 };
	struct err why;

	if (!fs)
		return -1;
	if (fs_list(fs, "/EFI", take, &f, &why) && why.num != ENOENT) {
		*e = why;
		return -1;
	}
	for (unsigned i = 0; i < f.n; i++)
		for (size_t k = 0; k < sizeof files / sizeof *files; k++) {
			char *path STR_AUTO = mem_printf("/EFI/%s/%s", f.name[i], files[k]);

			if (edit(r, fs, esp, path, e))
				return -1;
		}
	return 0;
}
