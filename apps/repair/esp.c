// SPDX-License-Identifier: GPL-2.0-or-later
// The configuration is changed as text. The system's own grub2-mkconfig would write it for the
// firmware that Salvor itself was started by, which may be another: Red Hat's takes linux16 where
// there is no UEFI, and that does not start on it.
#include "repair/esp.h"

#include <ctype.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "repair/args.h"
#include "repair/file.h"
#include "repair/text.h"

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

int esp_read(struct fs *fs, int esp, const char *path, struct buf *out, bool *text, struct err *e)
{
	int rc = esp < 0 ? fs_read_file(fs, path, EFI_TEXT_MAX, out, e)
			 : file_read_max(esp, path, EFI_TEXT_MAX, out, e);

	*text = !rc && strlen(buf_str(out)) == out->len;
	return rc;
}

struct place {
	struct repair *r;
	struct fs *fs;
	int esp;
};

static int edit(void *arg, const char *path, enum efi_text kind, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, devices BUF_AUTO = { 0 }, args BUF_AUTO = { 0 },
		       new BUF_AUTO = { 0 };
	const struct place *x = arg;
	struct args_place p = { x->r, "efi", path };
	bool changed, text;

	if (esp_read(x->fs, x->esp, path, &old, &text, e))
		return -1;
	if (!text)
		return 0;
	changed = args_edit_devices(&p, buf_str(&old), &devices);
	changed |= args_edit(&p, buf_str(&devices), &args);
	if (kind == EFI_GRUB)
		changed |= search(&p, buf_str(&args), &new);
	else
		buf_add(&new, args.s, args.len);
	return changed && x->esp >= 0 ? file_replace(x->esp, path, buf_str(&new), new.len, e) : 0;
}

int esp_configure(struct repair *r, int esp, struct err *e)
{
	struct fs *fs = patient_open_part(&r->now, r->now.disk->efi.part, e);

	return fs ? efi_each_text(fs, edit, &(struct place){ r, fs, esp }, e) : -1;
}

// The word alone is in all that know such devices.
static bool has_name(const struct buf *b, const char *kind)
{
	size_t k = strlen(kind);
	const char *at = b->s, *end = b->s + b->len;

	while (at && (at = memmem(at, (size_t)(end - at), kind, k))) {
		at += k;
		if (at < end && isalnum((unsigned char)*at))
			return true;
	}
	return false;
}

bool esp_loader_names(struct patient *p, const char *kind)
{
	const struct s_efi *x = &p->disk->efi;
	const char *const paths[] = { x->loader, x->second, x->fallback ? x->path : "" };
	struct fs *fs = x->there ? patient_open_part(p, x->part, NULL) : NULL;
	bool found = false;

	for (size_t i = 0; fs && i < sizeof paths / sizeof *paths && !found; i++) {
		struct buf b BUF_AUTO = { 0 };

		found = *paths[i] && !fs_read_file(fs, paths[i], ESP_LOADER_MAX, &b, NULL) &&
			has_name(&b, kind);
	}
	return found;
}

int esp_with(struct repair *r,
	     int (*work)(struct repair *r, int esp, const void *arg, struct err *e),
	     const void *arg, struct err *e)
{
	unsigned mounts = r->root->n_mounts;
	struct err ignored;
	int rc = -1;

	if (!root_mount_more(r->root, &r->now, &r->names, r->now.disk->efi.part, NULL, e)) {
		int esp FD_AUTO = open(ROOT_BESIDE, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		rc = esp < 0 ? err_set(e, errno, "%s: open", ROOT_BESIDE) : work(r, esp, arg, e);
		if (!rc && syncfs(esp))
			rc = err_set(e, errno, "EFI system partition: flush");
	}
	return root_release(r->root, mounts, rc ? &ignored : e) || rc ? -1 : 0;
}
