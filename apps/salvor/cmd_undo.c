// SPDX-License-Identifier: GPL-2.0-or-later
// salvor undo: puts every sector of a commit back, or finishes one that was cut.
#include <stdio.h>
#include <string.h>

#include "base/size.h"
#include "salvor/cmd.h"
#include "salvor/target.h"
#include "work/undo.h"
#include "work/work.h"

struct settings {
	bool finish, force;
};

static const struct opt opts[] = { { "finish", OPT_BOOL, offsetof(struct settings, finish), NULL,
				     NULL, "write the new contents: ends a commit that was cut" },
				   { "force", OPT_BOOL, offsetof(struct settings, force), NULL,
				     NULL, "also when the disk was used since" },
				   { 0 } };

static int describe(struct job *j, const char *path, const struct disk *d, struct ui *ui,
		    struct err *e)
{
	struct undo u;

	if (undo_open(&u, path, ui, e))
		return -1;
	buf_printf(&j->text, "Undo file  %s: %llu sectors in %zu places, for %s s/n %s\n", path,
		   (unsigned long long)(u.bytes / 512), u.n, u.model, u.serial);
	int rc = undo_check_disk(&u, d, e);

	undo_close(&u);
	return rc;
}

static int put_back(struct job *j, const char *path, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct json json;
	struct disk d;

	if (disk_of_path(&d, j->args[1], e) || describe(j, path, &d, ui, e))
		return -1;
	json_begin(&json, &j->fields);
	json_text(&json, "source", path);
	json_text(&json, "dest", d.path);
	if (j->plan)
		return 0;
	if (job_confirm(j, ui, e, "The %s sectors will be put on %s (%s, serial number %s, %s).",
			s->finish ? "new" : "old", d.path, d.model[0] ? d.model : "unknown model",
			d.serial[0] ? d.serial : "unknown", size_show(d.size).s))
		return -1;
	if (work_undo(path, d.path, s->finish, s->force, ui, e))
		return -1;
	buf_printf(&j->text, "%s is as %s the commit, and was read back and compared\n", d.path,
		   s->finish ? "after" : "before");
	return 0;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct image_file file;
	int rc;

	if (image_file_find(&file, j->args[0], j->args[1], NULL, ui, e))
		return -1;
	rc = put_back(j, file.beside, ui, e);
	image_file_release(&file);
	return rc;
}

const struct cmd cmd_undo = {
	.name = "undo",
	.args_help = "FILE DISK",
	.help = "take a repair back, sector for sector",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
