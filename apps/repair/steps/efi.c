// SPDX-License-Identifier: GPL-2.0-or-later
// The EFI system partition: a copy of the boot loader where a firmware looks that has no entry for
// the disk (the entries lie in the memory of the machine, and were made for the disk that is gone);
// and names of arrays and disks in the configuration beside it.
#include <stdio.h>
#include <string.h>

#include "repair/esp.h"
#include "repair/file.h"
#include "repair/steps/step.h"

#define FOLDER "/EFI/BOOT"

static bool wanted(const struct repair *r)
{
	const struct s_efi *x = &r->now.disk->efi;

	return survey_starts_by_efi(r->now.disk) && x->there && x->loader[0] && !x->fallback;
}

static int needed(struct repair *r, struct err *e)
{
	const struct s_efi *x = &r->now.disk->efi;

	if (!x->there)
		return 0;
	if (wanted(r))
		edits_add(r->edits, "efi", x->path,
			  "a copy of %s%s: a firmware that has no entry for the disk starts this",
			  x->loader, x->second[0] ? " and what it starts" : "");
	return esp_configure(r, -1, e);
}

// Written beside and renamed, so that an interrupted one is not taken for a loader.
static int copy(int esp, const char *from, const char *to, struct err *e)
{
	struct buf file BUF_AUTO = { 0 };

	if (file_read_max(esp, from, ESP_LOADER_MAX, &file, e))
		return -1;
	return file_replace(esp, to, buf_str(&file), file.len, e);
}

static int copy_both(struct repair *r, int esp, struct err *e)
{
	const struct s_efi *x = &r->now.disk->efi;

	if (file_folder(esp, FOLDER, e))
		return -1;
	if (x->second[0]) {
		char *beside STR_AUTO = mem_printf(FOLDER "%s", strrchr(x->second, '/'));

		if (copy(esp, x->second, beside, e))
			return -1;
	}
	if (copy(esp, x->loader, x->path, e))
		return -1;
	edits_add(r->edits, "efi", x->path, "copied from %s%s", x->loader,
		  x->second[0] ? ", with what it starts" : "");
	return 0;
}

static int change(struct repair *r, int esp, const void *arg, struct err *e)
{
	(void)arg;
	return (wanted(r) && copy_both(r, esp, e)) || esp_configure(r, esp, e) ? -1 : 0;
}

static int in_root(struct repair *r, struct err *e)
{
	return r->now.disk->efi.there ? esp_with(r, change, NULL, e) : 0;
}

const struct step_ops step_efi = {
	.name = "efi",
	.help = "puts the boot loader where a firmware finds it that has no entry for the disk; "
		"in its configuration there, names of arrays become those of file systems",
	.why = "the firmware there has no entry for the disk and looks in one folder alone",
	.system = true,
	.needed = needed,
	.in_root = in_root,
};
