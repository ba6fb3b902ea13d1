// SPDX-License-Identifier: GPL-2.0-or-later
// salvor backup: the whole disk, or what is in use of it, byte for byte, to a file, a disk or a
// pipe.
#include "salvor/cut.h"
#include "salvor/transfer.h"

struct settings {
	const char *map;
	bool used;
	unsigned retries;
};

static const struct opt opts[] = { { "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
				     "keep the map there; hash, report and log go beside it" },
				   { "used", OPT_BOOL, offsetof(struct settings, used), NULL, NULL,
				     "leave out what file systems call free" },
				   { "retries", OPT_NUMBER, offsetof(struct settings, retries), "N",
				     "0", "read unreadable sectors again so many times" },
				   { 0 } };

static int copy(struct transfer *t, const struct settings *s, struct err *e)
{
	uint64_t size = t->source.src->size;
	struct copy_plain plain;

	if (transfer_open(t, size, false, e))
		return -1;
	copy_plain_begin(&plain, &t->hash.sink, size);
	if (transfer_copy(t, &plain.target, s->retries, e) || copy_plain_end(&plain, e))
		return -1;
	return transfer_finish(t, "backup", e);
}

static uint64_t need(const struct transfer *t)
{
	return t->target.dest->sparse ? map_count(&t->wanted, MAP_DONE) : t->source.src->size;
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct transfer t;
	int rc = transfer_begin(&t, j, ui, "img", s->map, e) || transfer_wanted(&t, s->used, e);

	if (!rc)
		cut_warn_short(&t.source, ui);
	rc = rc || transfer_resume(&t, e) || transfer_check(&t, need(&t), e);
	if (!rc && !j->plan)
		rc = copy(&t, s, e);
	transfer_end(&t);
	return rc ? -1 : 0;
}

const struct cmd cmd_backup = {
	.name = "backup",
	.args_help = "SOURCE DEST",
	.help = "copy a disk, past what cannot be read",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.min_args = 2,
	.max_args = 2,
	.run = run,
};
