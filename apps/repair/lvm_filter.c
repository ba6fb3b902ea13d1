// SPDX-License-Identifier: GPL-2.0-or-later
#include "repair/lvm_filter.h"

#include <string.h>

#include "base/buf.h"
#include "repair/conf.h"
#include "repair/fixup/fixup.h"

#define CONF "/etc/lvm/lvm.conf"

// A physical volume that is called otherwise afterwards: no array any more, or on another machine.
static bool concerns(const struct repair *r)
{
	for (unsigned i = 0; i < r->first.disk->n; i++) {
		const struct s_part *p = &r->first.disk->parts[i];

		if (p->lvm && (p->is_member || r->o->hyper))
			return true;
	}
	return false;
}

static bool edit(const struct repair *r, const char *text, struct buf *out)
{
	static const char *const kinds[] = { "sd", "vd", "hd" };
	char own[32];
	unsigned n;

	str_copy(own, sizeof own, r->names.disk);
	n = (unsigned)strcspn(own, "0123456789");
	own[own[n] ? n : n - 1] = 0; // "nvme"; of "sda" all but the letter
	n = conf_lvm_filter(text, own, "it hides the disk that LVM is on now", out);
	for (size_t i = 0; r->o->hyper && i < sizeof kinds / sizeof *kinds; i++) {
		struct buf before BUF_AUTO = *out;

		*out = (struct buf){ 0 };
		n += conf_lvm_filter(buf_str(&before), kinds[i],
				     "it hides disks of a virtual machine", out);
	}
	return n > 0;
}

int lvm_filter_edit(struct repair *r, struct err *e)
{
	struct buf old BUF_AUTO = { 0 }, new BUF_AUTO = { 0 };
	bool there;

	if (!concerns(r))
		return 0;
	if (step_read(r, CONF, &old, &there, e))
		return -1;
	if (!there || !edit(r, buf_str(&old), &new))
		return 0;
	edits_add(r->edits, "detach", CONF, "filter that hides the disk commented out%s",
		  r->root ? "" : ", in the initrds, too");
	if (step_write(r, CONF, &new, e))
		return -1;
	for (unsigned i = 0; r->root && i < r->now.sys->n_kernels; i++) {
		struct s_kernel k;

		if (fixup_kernel(r, i, &k, e))
			return -1;
		if (!k.lvm)
			continue;
		if (fixup_append_file(r, &k, CONF + 1, &new, e))
			return -1;
		edits_add(r->edits, "detach", k.initrd,
			  "gets the new %s; the old one is kept as *" FIXUP_OLD, CONF);
	}
	return 0;
}
