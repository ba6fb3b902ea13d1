// SPDX-License-Identifier: GPL-2.0-or-later
// The pump with nothing at its end.
#include "copy/readable.h"

#include "copy/pump.h"
#include "copy/reader.h"

struct reading {
	struct ui *ui;
	const char *name;
	struct ui_progress progress;
};

static int take(void *arg, const struct piece *p, struct err *e)
{
	struct reading *r = arg;

	if (p->state != MAP_DONE)
		return err_set(e, EIO, "%s: read at 0x%llx", r->name, (unsigned long long)p->off);
	r->progress.done += p->len;
	return 0;
}

static int tick(void *arg, struct err *e)
{
	struct reading *r = arg;

	ui_progress(r->ui, &r->progress);
	return ui_cancelled(r->ui) ? err_stopped(e) : 0;
}

int readable_run(struct src *s, const struct map *wanted, struct ui *ui, struct err *e)
{
	struct reading reading = { .ui = ui, .name = s->name };
	struct pump pump = { .piece = take, .tick = tick, .arg = &reading };
	struct reader r;
	int rc;

	reading.progress =
		(struct ui_progress){ .what = "reading", .total = map_count(wanted, MAP_DONE) };
	reader_begin(&r, s, wanted);
	rc = pump_run(&pump, &r.feed, e);
	reader_end(&r);
	return rc;
}
