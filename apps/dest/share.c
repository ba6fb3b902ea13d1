// SPDX-License-Identifier: GPL-2.0-or-later
// A file on a server whose folder the kernel mounts for the job: nfs://, smb://.
#include <string.h>

#include "dest/folder.h"
#include "share/share.h"

static int make(struct dest **out, const char *spec, const struct dest_env *env, struct err *e)
{
	char inside[512];
	struct folder_dest *f;
	struct url u;
	int rc = share_is(spec, &u, e);

	if (rc <= 0)
		return rc;
	f = folder_begin(spec, env->ui);
	f->remote = f->dest.reads_back = true;
	if (mount_share(&f->mounted, spec, env->login, true, env->ui, inside, sizeof inside, e) ||
	    folder_enter(f, inside, env->name, e)) {
		folder_free(&f->dest);
		return -1;
	}
	f->punches = !strcmp(u.scheme, "nfs"); // over SMB that would make the file "sparse"
	*out = &f->dest;
	return 1;
}

const struct dest_ops dest_share = { .name = "share", .make = make, FOLDER_OPS };
