// SPDX-License-Identifier: GPL-2.0-or-later
// The pump with a hash at its end.
#include "copy/hash_src.h"

#include "base/sha256.h"
#include "copy/pump.h"
#include "copy/reader.h"

struct hashing {
	struct sha256 sha;
	struct ui *ui;
	const char *name;
	struct ui_progress progress;
};

static int take(void *arg, const struct piece *p, struct err *e)
{
	struct hashing *h = arg;

	if (p->state != MAP_DONE)
		return err_set(e, EIO, "%s: read at 0x%llx", h->name, (unsigned long long)p->off);
	sha256_add(&h->sha, p->data, p->len);
	h->progress.done = p->off + p->len;
	return 0;
}

static int tick(void *arg, struct err *e)
{
	struct hashing *h = arg;

	ui_progress(h->ui, &h->progress);
	return ui_cancelled(h->ui) ? err_stopped(e) : 0;
}

int hash_src(struct src *s, uint64_t len, struct ui *ui, char hex[65], struct err *e)
{
	struct hashing h = { .ui = ui, .name = s->name };
	struct pump pump = { .piece = take, .tick = tick, .arg = &h };
	struct map all MAP_AUTO = { 0 };
	struct reader r;
	int rc;

	h.progress = (struct ui_progress){ .what = "computing the checksum", .total = len };
	map_init(&all, s->size, MAP_TODO);
	map_set(&all, 0, len, MAP_DONE);
	sha256_begin(&h.sha);
	reader_begin(&r, s, &all);
	rc = pump_run(&pump, &r.feed, e);
	reader_end(&r);
	if (!rc)
		sha256_end(&h.sha, hex);
	return rc;
}
