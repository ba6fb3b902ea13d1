// SPDX-License-Identifier: GPL-2.0-or-later
// One read a block. A drive that has fallen off its bus fails every read at once, and the whole
// rest would be taken for unreadable: so after some failures in a row what could be read before
// is read again.
#include "copy/rescue_feed.h"

#include <stdio.h>

#include "base/buf.h"
#include "base/clock.h"

#define SLOW_MS 50

// Lets the operator's wishes take effect. False: no more is to be read.
static bool obey(struct rescue_feed *f)
{
	bool go = pace_wait(f->pace);

	pthread_mutex_lock(&f->lock);
	if (f->skip)
		rescue_skip(&f->rescue);
	f->skip = false;
	pthread_mutex_unlock(&f->lock);
	return go;
}

static void show(struct rescue_feed *f, bool good)
{
	pthread_mutex_lock(&f->lock);
	f->phase = f->rescue.phase;
	f->pass = f->rescue.pass;
	f->back = f->rescue.back;
	f->straight = f->rescue.straight;
	f->status = rescue_status(&f->rescue);
	if (good)
		f->good_ms = now_ms();
	pthread_mutex_unlock(&f->lock);
}

// Can nothing be read any more that could be read before?
static bool is_gone(struct rescue_feed *f, uint8_t *data)
{
	struct err why;

	if (f->good[0] == UINT64_MAX)
		return false;
	for (int i = 0; i < 2; i++)
		if (!src_read(f->feed.src, f->good[i], data, f->feed.src->sector, &why))
			return false;
	return true;
}

// Was the disk too slow? One short wait says nothing.
static bool is_slow(const struct rescue_feed *f, size_t len, int64_t ms)
{
	uint64_t min = f->pace->limits.min_rate;

	return min && ms >= SLOW_MS && len * 1000 / (uint64_t)ms < min;
}

static void read_well(struct rescue_feed *f, int64_t begin)
{
	struct rescue *r = &f->rescue;
	int64_t ms = now_ms() - begin;

	f->good[1] = r->off;
	if (f->good[0] == UINT64_MAX)
		f->good[0] = r->off;
	f->failed = f->n_doubt = 0;
	f->ask_at = RESCUE_DOUBT;
	pace_read(f->pace, begin, r->len);
	rescue_told(r, true, is_slow(f, r->len, ms));
	show(f, true);
}

// -1: not the sectors are to blame.
static int read_badly(struct rescue_feed *f, uint8_t *data, const struct err *why, struct err *e)
{
	struct rescue *r = &f->rescue;
	const char *name = f->feed.src->name;

	if (feed_is_fatal(why->num)) {
		if (e)
			*e = *why;
		return -1;
	}
	if (++f->failed == f->ask_at) {
		if (is_gone(f, data))
			return err_set(e, ENODEV,
				       "%s: the disk has stopped answering: 0x%llx could be read "
				       "before and fails now",
				       name, (unsigned long long)f->good[1]);
		f->n_doubt = 0;
		f->ask_at += f->failed < RESCUE_DOUBT_MAX ? f->failed : RESCUE_DOUBT_MAX;
	}
	enum map_state before = map_at(&r->map, r->off);

	rescue_told(r, false, false);
	for (unsigned i = 0; i < r->n_changed && f->n_doubt < RESCUE_DOUBT_MAX * 3; i++) {
		f->doubt[f->n_doubt] = r->changed[i];
		f->doubt[f->n_doubt++].state = before;
	}
	pace_failed(f->pace);
	show(f, false);
	return 0;
}

static int fill(struct feed *feed, struct block *b, size_t unit, struct err *e)
{
	struct rescue_feed *f = (struct rescue_feed *)feed;
	struct rescue *r = &f->rescue;
	int64_t begin;
	struct err why;
	bool ok;

	(void)unit;
	b->n = 0;
	if (!obey(f) || !rescue_next(r))
		return 0;
	begin = now_ms();
	b->off = r->off;
	ok = !src_read(feed->src, r->off, b->data, r->len, &why);
	if (ok)
		read_well(f, begin);
	else if (read_badly(f, b->data, &why, e))
		return -1;
	for (unsigned i = 0; i < r->n_changed; i++) {
		const struct range *c = &r->changed[i];

		block_add(b,
			  &(struct piece){ c->off, (size_t)c->len, c->state, ok ? b->data : NULL });
	}
	return 1;
}

// The first and the last place that an earlier run could read.
static void know_good(struct rescue_feed *f, const struct map *known)
{
	for (size_t i = 0; i < known->n; i++) {
		const struct range *r = &known->r[i];

		if (r->state != MAP_DONE)
			continue;
		if (f->good[0] == UINT64_MAX)
			f->good[0] = r->off;
		f->good[1] = r->off;
	}
}

void rescue_feed_begin(struct rescue_feed *f, struct src *src, const struct map *known,
		       const struct map *const *levels, unsigned n_levels,
		       const struct rescue_settings *set, struct pace *pace)
{
	*f = (struct rescue_feed){ .feed = { src, fill },
				   .pace = pace,
				   .good = { UINT64_MAX, UINT64_MAX },
				   .ask_at = RESCUE_DOUBT,
				   .status = '?',
				   .pass = 1,
				   .good_ms = now_ms() };
	rescue_begin(&f->rescue, known, levels, n_levels, set);
	know_good(f, known);
	pthread_mutex_init(&f->lock, NULL);
	show(f, false);
}

void rescue_feed_end(struct rescue_feed *f)
{
	pthread_mutex_destroy(&f->lock);
	rescue_end(&f->rescue);
}

void rescue_feed_order(struct rescue_feed *f, unsigned orders)
{
	pthread_mutex_lock(&f->lock);
	f->paused = orders & UI_PAUSE;
	f->skip |= (orders & UI_SKIP) != 0;
	pthread_mutex_unlock(&f->lock);
	pace_order(f->pace, orders & UI_PAUSE, orders & UI_ENOUGH);
}

void rescue_feed_tell(struct rescue_feed *f, struct ui_rescue *u, char *text, size_t size,
		      struct map *m)
{
	pthread_mutex_lock(&f->lock);
	const char *way = f->back ? "backwards" : "forwards";

	switch (f->phase) {
	case RESCUE_COPY:
		if (f->straight)
			str_copy(text, size, "copying");
		else
			snprintf(text, size, "copying, pass %u of 3, %s", f->pass, way);
		break;
	case RESCUE_TRIM: str_copy(text, size, "looking for the edges of what failed"); break;
	case RESCUE_SCRAPE: str_copy(text, size, "reading what failed sector by sector"); break;
	default: snprintf(text, size, "trying again, pass %u, %s", f->pass, way);
	}
	if (f->paused)
		str_copy(text, size, "PAUSED");
	u->phase = text;
	u->silent_s = (unsigned)((now_ms() - f->good_ms) / 1000);
	m->status = f->status;
	m->pass = f->pass;
	pthread_mutex_unlock(&f->lock);
}

void rescue_feed_forget(const struct rescue_feed *f, struct map *m)
{
	for (unsigned i = f->n_doubt; i--;)
		map_set(m, f->doubt[i].off, f->doubt[i].len, f->doubt[i].state);
}
