// SPDX-License-Identifier: GPL-2.0-or-later
// The device nodes on disk. Needed when those are missing that init and its shell need before
// anything else can make nodes: then all of them are put back.
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "devfs/devfs.h"
#include "repair/steps/step.h"

static const char *const essential[] = { "console", "null", "zero", "tty", "urandom" };

static int needed(struct repair *r, struct err *e)
{
	struct buf missing BUF_AUTO = { 0 };
	struct stat st;
	struct err why;

	for (size_t i = 0; i < sizeof essential / sizeof *essential; i++) {
		char *path STR_AUTO = mem_printf("/dev/%s", essential[i]);

		if (patient_stat(&r->now, path, &st, &why)) {
			if (why.num != ENOENT && why.num != ENOTDIR) {
				*e = why;
				return -1;
			}
		} else if (S_ISCHR(st.st_mode)) {
			continue;
		}
		buf_printf(&missing, "%s%s", missing.len ? ", " : "", essential[i]);
	}
	if (!missing.len)
		return 0;
	if (r->o->dev_from)
		edits_add(r->edits, "devnodes", "/dev", "%s missing: copied from %s",
			  buf_str(&missing), r->o->dev_from);
	else
		edits_add(r->edits, "devnodes", "/dev",
			  "%s missing: %u nodes, links and folders to make", buf_str(&missing),
			  devfs_count());
	return 0;
}

static int in_root(struct repair *r, struct err *e)
{
	struct devfs_maker m;
	int rc;

	if (devfs_begin(&m, r->root->fd, e))
		return -1;
	rc = r->o->dev_from ? devfs_make_from(&m, r->o->dev_from, e) : devfs_make_all(&m, e);
	devfs_end(&m);
	if (rc)
		return -1;
	edits_add(r->edits, "devnodes", "/dev", "%u nodes, links and folders made, %u were there",
		  m.made, m.kept);
	return 0;
}

const struct step_ops step_devnodes = {
	.name = "devnodes",
	.help = "fills an empty /dev with the static set of nodes",
	.why = "the system starts with what lies in /dev, and without a console or disks there it "
	       "stops",
	.system = true,
	.needed = needed,
	.in_root = in_root,
};
