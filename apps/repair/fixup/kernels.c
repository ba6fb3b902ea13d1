// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "repair/fixup/fixup.h"

int fixup_kernel(struct repair *r, unsigned i, struct s_kernel *k, struct err *e)
{
	const struct s_installed *of = &r->now.sys->kernels[i];
	struct kernel_place files = { .dir = "", .at = r->now.sys->esp_at };
	const char *rest;
	struct fs *root = patient_fs(&r->now, "/", &rest, e);

	if (!root)
		return -1;
	if (of->on_esp) {
		files.fs = patient_open_part(&r->now, r->now.disk->efi.part, e);
	} else {
		files.fs = patient_fs(&r->now, "/boot", &rest, e);
		files.dir = strcmp(rest, "/") ? rest : "";
		files.at = "/boot";
	}
	if (!files.fs)
		return -1;
	kernel_look(root, &files, of, k);
	if (k->unified) // nothing of it is changed here: the verdict says what that means
		k->waits_md = k->lvm = k->names_cards = false;
	return 0;
}

static unsigned of_target(const struct hyper *h, const struct s_kernel *k, bool lacking,
			  const char **modules)
{
	bool wanted[DRIVERS] = { false };
	unsigned n = 0;

	if (!k->modules || !*k->initrd || *k->trouble || k->unified)
		return 0;
	for (unsigned b = 0; b < h->n_buses; b++)
		for (unsigned d = 0; d < h->buses[b].n; d++)
			wanted[h->buses[b].needs[d]] = true;
	for (int d = 0; d < DRIVERS; d++)
		if (wanted[d] && (k->driver[d] == DRIVER_LOADABLE ||
				  (!lacking && k->driver[d] == DRIVER_IN_INITRD)))
			modules[n++] = drivers[d].module;
	return n;
}

unsigned fixup_lacking(const struct hyper *h, const struct s_kernel *k, const char **modules)
{
	return of_target(h, k, true, modules);
}

unsigned fixup_wanted(const struct hyper *h, const struct s_kernel *k, const char **modules)
{
	return of_target(h, k, false, modules);
}
