// SPDX-License-Identifier: GPL-2.0-or-later
// The source goes through the pump; for each piece the same bytes of the copy are read and held
// against it.
#include "copy/compare.h"

#include <stdlib.h>
#include <string.h>

#include "copy/pump.h"
#include "copy/reader.h"

#define UNIT 512u // bytes: differences are counted in these

struct comparing {
	struct comparison *c;
	struct src *copy;
	uint8_t *data; // of the copy
	struct ui *ui;
	struct ui_progress progress;
};

static void count(struct comparison *c, const struct piece *p, const uint8_t *other)
{
	if (!memcmp(p->data, other, p->len)) {
		c->same += p->len;
		return;
	}
	for (size_t i = 0; i < p->len; i += UNIT) {
		size_t n = p->len - i < UNIT ? p->len - i : UNIT;

		if (!memcmp(p->data + i, other + i, n)) {
			c->same += n;
			continue;
		}
		if (!c->differs)
			c->first = p->off + i;
		c->differs += n;
	}
}

static int take(void *arg, const struct piece *p, struct err *e)
{
	struct comparing *g = arg;

	g->progress.done += p->len;
	if (p->state != MAP_DONE) {
		g->c->unreadable += p->len;
		g->progress.bad += p->len;
		return 0;
	}
	if (src_read(g->copy, p->off, g->data, p->len, e)) {
		g->c->copy_failed = true;
		return -1;
	}
	count(g->c, p, g->data);
	return 0;
}

static int tick(void *arg, struct err *e)
{
	struct comparing *g = arg;

	ui_progress(g->ui, &g->progress);
	return ui_cancelled(g->ui) ? err_stopped(e) : 0;
}

int compare_run(struct comparison *c, struct src *copy, struct src *source,
		const struct map *wanted, struct ui *ui, struct err *e)
{
	struct comparing g = { .c = c, .copy = copy, .ui = ui };
	struct pump pump = { .piece = take, .tick = tick, .arg = &g };
	struct reader r;
	int rc;

	*c = (struct comparison){ 0 };
	g.progress =
		(struct ui_progress){ .what = "comparing", .total = map_count(wanted, MAP_DONE) };
	g.data = aligned_alloc(4096, FEED_BLOCK);
	if (!g.data)
		return err_set(e, ENOMEM, "compare");
	reader_begin(&r, source, wanted);
	rc = pump_run(&pump, &r.feed, e);
	reader_end(&r);
	free(g.data);
	return rc;
}
