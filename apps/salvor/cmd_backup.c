// SPDX-License-Identifier: GPL-2.0-or-later
// salvor backup: the whole disk, or what is in use of it, byte for byte, to a file, a disk or a
// pipe.
#include "salvor/cut.h"
#include "salvor/rescue_plan.h"
#include "salvor/test_mode.h"

struct settings {
	const char *map;
	bool used;
	struct rescue_options rescue;
	const char *test_mode, *log_reads;
	uint64_t split;
	const char *read_back;
};

#define RESCUE(member) offsetof(struct settings, rescue.member)

static const struct opt opts[] = {
	{ "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL,
	  "keep the map there; hash, report and log go beside it" },
	{ "used", OPT_BOOL, offsetof(struct settings, used), NULL, NULL,
	  "leave out what file systems call free" },
	{ "order", OPT_TEXT, RESCUE(order), "HOW", "auto",
	  "used data first: auto (once a read failed), worth (at once), plain (never)" },
	{ "retries", OPT_NUMBER, RESCUE(retries), "N", "0",
	  "read unreadable sectors again so many times" },
	{ "reverse", OPT_BOOL, RESCUE(reverse), NULL, NULL, "begin at the end of the disk" },
	{ "max-rate", OPT_SIZE, RESCUE(max_rate), "BYTES", NULL, "read no faster, in a second" },
	{ "min-rate", OPT_SIZE, RESCUE(min_rate), "BYTES", NULL,
	  "leave what is slower than this, in a second, for later" },
	{ "pause-on-error", OPT_NUMBER, RESCUE(pause_s), "SECONDS", "0",
	  "rest after each failure" },
	{ "split", OPT_SIZE, offsetof(struct settings, split), "BYTES", NULL,
	  "in files of so many bytes at most; on FAT 4095M without being asked" },
	{ "read-back", OPT_TEXT, offsetof(struct settings, read_back), "HOW", "auto",
	  "compare what lies there: auto (on servers), yes, no (its length only)" },
	{ "test-mode", OPT_TEXT, offsetof(struct settings, test_mode), "MAP", NULL,
	  "pretend that what MAP does not call rescued cannot be read" },
	{ "log-reads", OPT_TEXT, offsetof(struct settings, log_reads), "FILE", NULL,
	  "write down each read: position, size, 1 or 0" },
	{ 0 }
};

static int copy(struct transfer *t, struct err *e)
{
	uint64_t size = t->source.src->size;
	struct copy_plain plain;

	if (transfer_open(t, size, false, e))
		return -1;
	copy_plain_begin(&plain, &t->hash.sink, size, t->resumed);
	if (transfer_copy(t, &plain.target, e) || copy_plain_end(&plain, &t->copy.map, e))
		return -1;
	return transfer_finish(t, "backup", e);
}

// Named again, a map in which nothing is left but what could not be read is there for one more try.
static void retry_rest(struct transfer *t)
{
	const struct map *m = &t->copy.map;

	if (t->reopen && !t->rescue.set.retries && map_count(m, MAP_BAD) &&
	    !map_count_common(&t->wanted, m, MAP_TODO) && !map_count(m, MAP_TRIM) &&
	    !map_count(m, MAP_SCRAPE))
		t->rescue.set.retries = 1;
}

static uint64_t need(const struct transfer *t)
{
	return t->target.dest->sparse ? map_count(&t->wanted, MAP_DONE) : t->source.src->size;
}

// The source stays open behind what pretends: *real, to be closed last.
static int pretend(struct transfer *t, const struct settings *s, struct src **real, struct err *e)
{
	struct src *tested;

	if (!s->test_mode && !s->log_reads)
		return 0;
	if (test_mode_open(&tested, t->source.src, s->test_mode, s->log_reads, e))
		return -1;
	*real = t->source.src;
	t->source.src = tested;
	return 0;
}

static int prepare(struct transfer *t, const struct settings *s, struct err *e)
{
	transfer_wanted(t, s->used);
	if (transfer_split(t, s->split, e) || transfer_compare(t, s->read_back, e) ||
	    rescue_plan(t, &s->rescue, e) || transfer_resume(t, s->map != NULL, e))
		return -1;
	rescue_know(t);
	return transfer_check(t, need(t), e);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	const struct settings *s = j->settings;
	struct src *real = NULL;
	struct transfer t;
	int rc = transfer_begin(&t, j, ui, "img", s->map, e);

	if (!rc)
		cut_warn_short(&t.source, ui);
	rc = rc || pretend(&t, s, &real, e) || prepare(&t, s, e);
	if (!rc && !j->plan) {
		retry_rest(&t);
		rc = copy(&t, e);
	}
	transfer_end(&t);
	src_close(real);
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
	.logs_in = true,
	.run = run,
};
