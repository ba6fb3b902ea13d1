// SPDX-License-Identifier: GPL-2.0-or-later
// After each block the map knows it; now and then the destination is synced and the map saved.
#include "copy/copy.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "copy/reader.h"

// Between two saves; the more one takes the longer, so that it is a small part of the time. They
// begin sooner than ddrescue's 30 s: what a power cut takes is read again, from a disk that may not
// bear it.
#define SAVE_MS 5000
#define SAVE_MAX_MS 300000
#define SAVE_PART 50
#define COUNT_MS 1000

struct run {
	struct copy *c;
	struct rescue_feed *feed; // NULL: reading in order
	struct pace pace;
	uint64_t total, done, bad; // bytes
	int64_t saved_ms, save_cost_ms;
	int64_t counted_ms;
	struct ui_rescue rescue;
	char phase[80], health[160];
};

uint64_t copy_done(const struct copy *c)
{
	return map_count_common(c->wanted, &c->map, MAP_DONE);
}

static uint64_t count_again(const struct copy *c)
{
	return map_count_common(c->wanted, &c->map, MAP_TRIM) +
	       map_count_common(c->wanted, &c->map, MAP_SCRAPE);
}

uint64_t copy_unreadable(const struct copy *c)
{
	return map_count_common(c->wanted, &c->map, MAP_BAD) + count_again(c);
}

// Where the map belongs there is no room for it: it is worth more than the rest of the copy.
static int save_elsewhere(const struct copy *c, struct err *e)
{
	const char *name = strrchr(c->map_path, '/') ? strrchr(c->map_path, '/') + 1 : c->map_path;
	const char *const folders[] = { "/run/salvor", "/tmp" };

	for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
		char *path STR_AUTO = mem_printf("%s/%s", folders[i], name);
		struct err why = *e;

		if (map_save(&c->map, path, c->map_comment, NULL))
			continue;
		return err_set(e, why.num,
			       "%.300s. The map was saved as %s: put it back before "
			       "you go on with this copy",
			       why.text, path);
	}
	return -1;
}

static int save(struct run *r, struct err *e)
{
	struct copy *c = r->c;
	int64_t begin = now_ms();
	int rc;

	r->saved_ms = begin;
	if (!c->map_path)
		return 0;
	if (c->sync && c->sync(c->sync_arg, e))
		return -1;
	rc = map_save(&c->map, c->map_path, c->map_comment, e);
	if (rc && c->map.n > 1)
		save_elsewhere(c, e);
	if (!rc && c->saved)
		rc = c->saved(c->sync_arg, e);
	r->saved_ms = now_ms();
	r->save_cost_ms = r->saved_ms - begin;
	return rc;
}

static bool save_is_due(const struct run *r)
{
	int64_t wait = r->save_cost_ms * SAVE_PART;

	wait = wait > SAVE_MAX_MS ? SAVE_MAX_MS : wait < SAVE_MS ? SAVE_MS : wait;
	return now_ms() - r->saved_ms >= wait;
}

static void account(struct run *r, enum map_state state, uint64_t len, bool more)
{
	uint64_t *sum = state == MAP_DONE ? &r->done : state == MAP_BAD ? &r->bad : NULL;

	if (sum)
		*sum = more ? *sum + len : *sum - len;
}

static int note(void *arg, const struct piece *piece, struct err *e)
{
	struct run *r = arg;
	struct copy *c = r->c;
	enum map_state before = map_at(&c->map, piece->off);

	(void)e;
	c->map.pos = piece->off + piece->len;
	if (piece->state == before)
		return 0;
	if (piece->state == MAP_BAD)
		log_line("%s: unreadable: %zu bytes at 0x%llx", c->src->name, piece->len,
			 (unsigned long long)piece->off);
	account(r, before, piece->len, false);
	account(r, piece->state, piece->len, true);
	map_set(&c->map, piece->off, piece->len, piece->state);
	return 0;
}

static int take(void *arg, struct block *b, struct err *e)
{
	struct run *r = arg;
	struct copy *c = r->c;
	int rc;

	if (c->hash)
		hash_sink_lend(c->hash, b->data, FEED_BLOCK);
	rc = c->target->put(c->target, b, e);
	if (c->hash) {
		hash_sink_lend(c->hash, NULL, 0);
		b->mark = hash_sink_mark(c->hash);
	}
	if (rc)
		pace_order(&r->pace, false, true); // the next read is not waited for
	return rc;
}

static bool release(void *arg, const struct block *b, bool wait)
{
	return hash_sink_settle(((struct run *)arg)->c->hash, b->mark, wait);
}

static unsigned count_places(const struct map *m)
{
	unsigned n = 0;

	for (size_t i = 0; i < m->n; i++)
		n += m->r[i].state == MAP_BAD;
	return n;
}

// What takes a walk over the maps, or a look at the disk, is told once a second.
static void tell_rescue(struct run *r)
{
	const struct copy_rescue *how = r->c->rescue;
	struct ui_rescue *u = &r->rescue;
	int64_t now = now_ms();

	rescue_feed_tell(r->feed, u, r->phase, sizeof r->phase, &r->c->map);
	if (now - r->counted_ms < COUNT_MS)
		return;
	r->counted_ms = now;
	u->again = count_again(r->c);
	u->places = count_places(&r->c->map);
	if (how->used) {
		u->used_done = map_count_common(how->used, &r->c->map, MAP_DONE);
		u->used_total = map_count(how->used, MAP_DONE);
	}
	if (how->health)
		how->health(how->arg, !u->silent_s, r->health, sizeof r->health);
	u->health = r->health[0] ? r->health : NULL;
}

static int tick(void *arg, struct err *e)
{
	struct run *r = arg;
	struct copy *c = r->c;
	struct ui_progress progress = { .what = "reading",
					.done = r->done,
					.total = r->total,
					.bad = r->bad,
					.map = &c->map,
					.wanted = c->wanted };
	bool stop = ui_cancelled(c->ui);

	if (stop)
		pace_order(&r->pace, false, true);
	if (r->feed) {
		rescue_feed_order(r->feed, ui_orders(c->ui));
		tell_rescue(r);
		progress.rescue = &r->rescue;
	} else {
		progress.done += r->bad;
	}
	ui_progress(c->ui, &progress);
	if (stop)
		return err_stopped(e);
	if (!save_is_due(r) || !save(r, e))
		return 0;
	pace_order(&r->pace, false, true);
	return -1;
}

static bool is_gone(int num)
{
	return num == ENODEV || num == ENXIO || num == ENOMEDIUM || num == ESHUTDOWN;
}

static void recount(struct run *r)
{
	r->done = copy_done(r->c);
	r->bad = map_count_common(r->c->wanted, &r->c->map, MAP_BAD);
}

// Once, front to back.
static int run_in_order(struct run *r, const struct pump *pump, struct err *e)
{
	struct copy *c = r->c;
	struct map todo MAP_AUTO = { 0 };
	struct range g = { 0 };
	struct reader reader;
	int rc;

	map_init(&todo, c->map.size, MAP_TODO);
	while (map_next_common(c->wanted, &c->map, MAP_TODO, g.off + g.len, &g))
		map_set(&todo, g.off, g.len, MAP_DONE);
	reader_begin(&reader, c->src, &todo);
	reader.pace = &r->pace;
	rc = pump_run(pump, &reader.feed, e);
	// what failed since the last good read may have failed because the disk was gone
	if (rc && is_gone(e->num) && reader.good_end)
		for (struct range bad;
		     map_next(&c->map, reader.good_end, MAP_BAD, &bad) && bad.off < reader.pos;)
			map_set(&c->map, bad.off, bad.len, MAP_TODO);
	reader_end(&reader);
	return rc;
}

// A disk that comes back is gone on with.
static int run_rescue(struct run *r, const struct pump *pump, struct err *e)
{
	struct copy *c = r->c;
	const struct copy_rescue *how = c->rescue;
	struct rescue_feed feed;
	int rc;

	for (;;) {
		rescue_feed_begin(&feed, c->src, &c->map, how->levels, how->n_levels, &how->set,
				  &r->pace);
		r->feed = &feed;
		rc = pump_run(pump, &feed.feed, e);
		if (rc && is_gone(e->num))
			rescue_feed_forget(&feed, &c->map);
		r->feed = NULL;
		rescue_feed_end(&feed);
		recount(r);
		if (!rc || !is_gone(e->num) || !how->again)
			return rc;
		if (save(r, e) || how->again(how->arg, &c->src, e))
			return -1;
	}
}

int copy_run(struct copy *c, struct err *e)
{
	bool rescues = c->rescue && c->target->any_order;
	struct err local, late;
	struct run r = { .c = c, .saved_ms = now_ms(), .total = map_count(c->wanted, MAP_DONE) };
	struct pump pump = { .take = take,
			     .piece = note,
			     .tick = tick,
			     .release = c->hash ? release : NULL,
			     .arg = &r,
			     .unit = c->target->unit,
			     .work = c->target->work };
	int rc;

	if (!e)
		e = &local;
	recount(&r);
	// where the map cannot be written this shows now, and a destination that fills up has an
	// old one
	if (save(&r, e))
		return -1;
	pace_begin(&r.pace, &c->limits);
	rc = rescues ? run_rescue(&r, &pump, e) : run_in_order(&r, &pump, e);
	pace_end(&r.pace);
	if (!rc && !map_count_common(c->wanted, &c->map, MAP_TODO) && !count_again(c))
		c->map.status = '+';
	if (save(&r, rc ? &late : e) && !rc)
		rc = -1;
	return rc;
}
