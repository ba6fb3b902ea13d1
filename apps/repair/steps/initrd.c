// SPDX-License-Identifier: GPL-2.0-or-later
// An initrd that dracut made for this machine alone waits for the arrays that were there, and gives
// up when they are gone, whatever the kernel's arguments say: its list of them becomes empty.
#include "base/buf.h"
#include "initrd/initrd.h"
#include "repair/fixup/fixup.h"

static int edit(struct repair *r, struct err *e)
{
	const struct buf none = { 0 };

	// initrds are large: nobody else's has to be looked into
	if (!patient_in_mirror(&r->first) || !patient_has_dracut(&r->now))
		return 0;
	for (unsigned i = 0; i < r->now.sys->n_kernels; i++) {
		struct s_kernel k;

		if (fixup_kernel(r, i, &k, e))
			return -1;
		if (!k.waits_md)
			continue;
		if (r->root && fixup_append_file(r, &k, INITRD_MD_WAIT, &none, e))
			return -1;
		edits_add(r->edits, "initrd", k.initrd, "does not wait for arrays any more%s",
			  r->root ? "; the old one is kept as *" FIXUP_OLD : "");
	}
	return 0;
}

const struct step_ops step_initrd = {
	.name = "initrd",
	.help = "tells an initrd that dracut made for this machine alone not to wait for arrays "
		"that are gone",
	.why = "an initrd has the drivers of one machine, and may wait for its arrays",
	.system = true,
	.needed = edit,
	.in_root = edit,
};
