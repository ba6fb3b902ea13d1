// SPDX-License-Identifier: GPL-2.0-or-later
// Passes: what was not tried yet, then again what failed. After each block the map knows it; every
// SAVE_S seconds the destination is synced and the map saved.
#include "copy/copy.h"

#include <time.h>

#include "base/log.h"

#define SAVE_S 30

struct pass {
	struct copy *c;
	const char *what;
	uint64_t total, done, bad; // bytes
	time_t saved;
	int save_rc; // of the last try to save
};

static time_t now_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec;
}

// The ranges of wanted that have this state in the map.
static void select_ranges(const struct copy *c, enum map_state state, struct map *out)
{
	const struct map *w = c->wanted, *m = &c->map;
	size_t k = 0;

	map_init(out, m->size, MAP_TODO);
	for (size_t i = 0; i < w->n; i++) {
		uint64_t end = w->r[i].off + w->r[i].len;

		if (w->r[i].state != MAP_DONE)
			continue;
		for (; k < m->n && m->r[k].off < end; k++) {
			uint64_t from = m->r[k].off > w->r[i].off ? m->r[k].off : w->r[i].off;
			uint64_t to =
				m->r[k].off + m->r[k].len < end ? m->r[k].off + m->r[k].len : end;

			if (m->r[k].state == state && from < to)
				map_set(out, from, to - from, MAP_DONE);
			if (to == end) // the next wanted range may begin in this one too
				break;
		}
	}
}

static uint64_t count_wanted(const struct copy *c, enum map_state state)
{
	struct map m MAP_AUTO = { 0 };

	select_ranges(c, state, &m);
	return map_count(&m, MAP_DONE);
}

uint64_t copy_done(const struct copy *c)
{
	return count_wanted(c, MAP_DONE);
}

uint64_t copy_unreadable(const struct copy *c)
{
	return count_wanted(c, MAP_BAD);
}

static int save(struct pass *p, struct err *e)
{
	struct copy *c = p->c;

	p->saved = now_s();
	if (!c->map_path)
		return 0;
	if (c->sync && c->sync(c->sync_arg, e))
		return -1;
	return map_save(&c->map, c->map_path, c->map_comment, e);
}

static int note(void *arg, const struct piece *piece, struct err *e)
{
	struct pass *p = arg;
	struct copy *c = p->c;

	(void)e;
	if (piece->state == MAP_BAD && map_at(&c->map, piece->off) != MAP_BAD) {
		log_line("%s: unreadable: %zu bytes at 0x%llx", c->src->name, piece->len,
			 (unsigned long long)piece->off);
		p->bad += piece->len;
	} else if (piece->state == MAP_DONE && map_at(&c->map, piece->off) == MAP_BAD) {
		p->bad -= piece->len < p->bad ? piece->len : p->bad;
	}
	map_set(&c->map, piece->off, piece->len, piece->state);
	c->map.pos = piece->off + piece->len;
	p->done += piece->len;
	return 0;
}

static int take(void *arg, struct block *b, struct err *e)
{
	struct pass *p = arg;
	struct copy *c = p->c;
	int rc;

	if (c->hash)
		hash_sink_lend(c->hash, b->data, READER_BLOCK);
	rc = c->target->put(c->target, b, e);
	if (c->hash) {
		hash_sink_lend(c->hash, NULL, 0);
		b->mark = hash_sink_mark(c->hash);
	}
	return rc;
}

static void release(void *arg, const struct block *b)
{
	hash_sink_settle(((struct pass *)arg)->c->hash, b->mark);
}

static int tick(void *arg, struct err *e)
{
	struct pass *p = arg;
	struct ui_progress progress = { p->what, p->done, p->total, p->bad, &p->c->map, NULL };

	ui_progress(p->c->ui, &progress);
	if (ui_cancelled(p->c->ui))
		return err_stopped(e);
	if (now_s() - p->saved >= SAVE_S)
		return save(p, e);
	return 0;
}

// One pass over all that is wanted and in this state.
static int run_pass(struct pass *p, enum map_state state, struct err *e)
{
	struct copy *c = p->c;
	struct pump pump = { .take = take,
			     .piece = note,
			     .tick = tick,
			     .release = c->hash ? release : NULL,
			     .arg = p,
			     .unit = c->target->unit,
			     .work = c->target->work };
	struct map todo MAP_AUTO = { 0 };
	struct reader r;
	int rc;

	select_ranges(c, state, &todo);
	reader_begin(&r, c->src, &todo);
	rc = pump_run(&pump, &r, e);
	// what failed since the last good read may have failed because the disk was gone
	if (rc && e->num == ENODEV && r.good_end)
		for (struct range bad;
		     map_next(&c->map, r.good_end, MAP_BAD, &bad) && bad.off < r.pos;)
			map_set(&c->map, bad.off, bad.len, MAP_TODO);
	reader_end(&r);
	return rc;
}

int copy_run(struct copy *c, struct err *e)
{
	struct err local, late;
	struct pass p = {
		.c = c, .what = "reading", .saved = now_s(), .total = map_count(c->wanted, MAP_DONE)
	};
	int rc;

	if (!e)
		e = &local;
	p.bad = copy_unreadable(c);
	p.done = copy_done(c) + p.bad;
	// where the map cannot be written this shows now, and a destination that fills up has an
	// old one
	if (save(&p, e))
		return -1;
	rc = run_pass(&p, MAP_TODO, e);
	for (unsigned i = 0; !rc && i < c->retries && c->target->any_order && p.bad; i++) {
		p.what = "trying unreadable sectors again";
		p.total = p.bad;
		p.done = 0;
		c->map.status = '-';
		rc = run_pass(&p, MAP_BAD, e);
	}
	if (!rc)
		c->map.status = '+';
	if (save(&p, rc ? &late : e) && !rc)
		rc = -1;
	return rc;
}

static int put_piece(struct copy_plain *c, const struct piece *p, struct err *e)
{
	size_t behind = 0;

	if (p->off > c->sink->pos && sink_skip(c->sink, p->off - c->sink->pos, e))
		return -1;
	if (p->off < c->sink->pos) {
		behind = c->sink->pos - p->off < p->len ? (size_t)(c->sink->pos - p->off) : p->len;
		// there are zeros already where something could not be read before
		if (p->state == MAP_DONE && sink_patch(c->sink, p->off, p->data, behind, e))
			return -1;
	}
	return sink_sparse(c->sink, p->data + behind, p->len - behind, e);
}

static int put_plain(struct copy_target *t, const struct block *b, struct err *e)
{
	for (size_t i = 0; i < b->n; i++)
		if (put_piece((struct copy_plain *)t, &b->piece[i], e))
			return -1;
	return 0;
}

void copy_plain_begin(struct copy_plain *t, struct sink *sink, uint64_t size)
{
	*t = (struct copy_plain){ .target = { .put = put_plain, .any_order = sink_can_patch(sink) },
				  .sink = sink,
				  .size = size };
}

int copy_plain_end(struct copy_plain *t, struct err *e)
{
	return t->sink->pos < t->size ? sink_skip(t->sink, t->size - t->sink->pos, e) : 0;
}
