// SPDX-License-Identifier: GPL-2.0-or-later
// The ring. Blocks go through it in order: filled by the reading thread, worked on (unit by unit,
// by whoever is free), taken, released. Each of these is a count since the start; one lock.
#include "copy/pump.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"

#define TICK_MS 250
#define MAX_WORKERS 16 // each has a compressor's memory
#define LAG 6	       // blocks at most that are taken, but not released yet

struct slot {
	struct block block;
	size_t begun, finished; // units of work
	uint8_t *out;
};

struct ring {
	const struct pump *pump;
	struct feed *feed;
	struct slot slot[PUMP_SLOTS];
	unsigned filled, working, taken, released; // counts since the start
	bool stop;				   // set by the caller's thread: no more is needed
	bool ended;				   // set by the reading thread: no more will come
	int rc;					   // why it ended: 0 all was read, -1 err tells
	struct err err;
	pthread_mutex_t lock;
	pthread_cond_t ready, room, work; // for the caller's thread, the reading one, the workers
	uint8_t *memory;
	pthread_t thread[1 + MAX_WORKERS];
	unsigned threads;
};

static struct slot *nth(struct ring *g, unsigned count)
{
	return &g->slot[count % PUMP_SLOTS];
}

// Lists the units of what was read.
static void plan_work(const struct ring *g, struct slot *s)
{
	const struct pump_work *w = g->pump->work;
	struct block *b = &s->block;
	uint64_t size = g->feed->src->size;

	s->begun = s->finished = b->n_made = 0;
	if (!w)
		return;
	if (size < b->off + FEED_BLOCK)
		memset(b->data + (size - b->off), 0, FEED_BLOCK - (size_t)(size - b->off));
	for (size_t i = 0; i < b->n; i++) {
		uint64_t end = b->piece[i].off + b->piece[i].len;
		uint64_t at = (b->piece[i].off + w->unit - 1) / w->unit * w->unit;

		for (; at < end; at += w->unit, b->n_made++)
			b->made[b->n_made] = (struct made){ at, 0, s->out + b->n_made * w->room };
	}
}

static void *read_all(void *arg)
{
	struct ring *g = arg;
	size_t unit = g->pump->unit ? g->pump->unit : 1;

	pthread_mutex_lock(&g->lock);
	while (!g->ended) {
		while (!g->stop && g->filled - g->released == PUMP_SLOTS)
			pthread_cond_wait(&g->room, &g->lock);
		if (g->stop)
			break;
		struct slot *s = nth(g, g->filled);

		pthread_mutex_unlock(&g->lock);
		int rc = g->feed->fill(g->feed, &s->block, unit, &g->err);

		plan_work(g, s);
		pthread_mutex_lock(&g->lock);
		g->rc = rc;
		g->ended = rc <= 0;
		g->filled += s->block.n != 0;
		pthread_cond_broadcast(&g->work);
		pthread_cond_signal(&g->ready);
	}
	g->ended = true;
	pthread_cond_broadcast(&g->work);
	pthread_cond_signal(&g->ready);
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

static void *work_all(void *arg)
{
	struct ring *g = arg;
	const struct pump_work *w = g->pump->work;
	void *own = w->begin(w->arg);

	pthread_mutex_lock(&g->lock);
	for (;;) {
		while (!g->stop && !g->ended && g->working == g->filled)
			pthread_cond_wait(&g->work, &g->lock);
		if (g->stop || g->working == g->filled)
			break;
		struct slot *s = nth(g, g->working);
		struct block *b = &s->block;
		struct made *m = &b->made[s->begun++];

		g->working += s->begun == b->n_made;
		pthread_mutex_unlock(&g->lock);
		m->len = w->make(w->arg, own, m->off, b->data + (m->off - b->off), m->data);
		pthread_mutex_lock(&g->lock);
		if (++s->finished == b->n_made)
			pthread_cond_signal(&g->ready);
	}
	pthread_mutex_unlock(&g->lock);
	w->end(own);
	return NULL;
}

static bool is_ready(struct ring *g)
{
	const struct slot *s = nth(g, g->taken);

	return g->taken != g->filled && s->finished == s->block.n_made;
}

static void release(struct ring *g, unsigned lag)
{
	const struct pump *p = g->pump;

	while (g->taken != g->released) {
		bool wait = g->taken - g->released > lag;

		if (p->release && !p->release(p->arg, &nth(g, g->released)->block, wait))
			break;
		pthread_mutex_lock(&g->lock);
		g->released++;
		pthread_cond_signal(&g->room);
		pthread_mutex_unlock(&g->lock);
	}
}

static int take(const struct pump *p, struct block *b, struct err *e)
{
	if (p->take && p->take(p->arg, b, e))
		return -1;
	for (size_t i = 0; p->piece && i < b->n; i++)
		if (p->piece(p->arg, &b->piece[i], e))
			return -1;
	return p->tick(p->arg, e);
}

static int empty_all(struct ring *g, struct err *e)
{
	const struct pump *p = g->pump;
	int rc = 0;

	pthread_mutex_lock(&g->lock);
	while (!rc && !(g->ended && g->taken == g->filled)) {
		if (!is_ready(g)) {
			clock_wait(&g->ready, &g->lock, now_ms() + TICK_MS); // counters go on
			if (!is_ready(g) && !(g->ended && g->taken == g->filled)) {
				pthread_mutex_unlock(&g->lock);
				rc = p->tick(p->arg, e);
				pthread_mutex_lock(&g->lock);
			}
			continue;
		}
		struct block *b = &nth(g, g->taken)->block;

		pthread_mutex_unlock(&g->lock);
		rc = take(p, b, e);
		g->taken++;
		release(g, LAG);
		pthread_mutex_lock(&g->lock);
	}
	pthread_mutex_unlock(&g->lock);
	return rc;
}

static unsigned cores(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof set, &set) ? 1 : (unsigned)CPU_COUNT(&set);
}

// Memory for PUMP_SLOTS blocks, each followed by the room for what is made of it.
static int ring_begin(struct ring *g, const struct pump *pump, struct feed *f)
{
	const struct pump_work *w = pump->work;
	size_t units = w ? FEED_BLOCK / w->unit : 0;
	size_t room = FEED_BLOCK + (w ? (units * w->room + 4095) / 4096 * 4096 : 0);

	*g = (struct ring){ .pump = pump, .feed = f };
	g->memory = aligned_alloc(4096, PUMP_SLOTS * room);
	if (!g->memory)
		return -1;
	for (unsigned i = 0; i < PUMP_SLOTS; i++) {
		g->slot[i].block.data = g->memory + i * room;
		g->slot[i].out = g->slot[i].block.data + FEED_BLOCK;
		g->slot[i].block.made = mem_zero(units, sizeof(struct made));
	}
	pthread_mutex_init(&g->lock, NULL);
	clock_cond_init(&g->ready);
	pthread_cond_init(&g->room, NULL);
	pthread_cond_init(&g->work, NULL);
	return 0;
}

static void ring_end(struct ring *g)
{
	pthread_cond_destroy(&g->work);
	pthread_cond_destroy(&g->room);
	pthread_cond_destroy(&g->ready);
	pthread_mutex_destroy(&g->lock);
	for (unsigned i = 0; i < PUMP_SLOTS; i++) {
		free(g->slot[i].block.piece);
		free(g->slot[i].block.made);
	}
	free(g->memory);
}

// One worker is enough to go on with.
static int start_threads(struct ring *g)
{
	const struct pump_work *w = g->pump->work;
	unsigned want = w ? w->threads ? w->threads : cores() : 0;
	int rc = pthread_create(&g->thread[0], NULL, read_all, g);

	if (rc)
		return rc;
	g->threads = 1;
	want = want < MAX_WORKERS ? want : MAX_WORKERS;
	for (unsigned i = 0; i < want && !rc; i++) {
		rc = pthread_create(&g->thread[g->threads], NULL, work_all, g);
		g->threads += !rc;
	}
	return g->threads > 1 ? 0 : rc;
}

static void stop_threads(struct ring *g)
{
	pthread_mutex_lock(&g->lock);
	g->stop = true;
	pthread_cond_signal(&g->room);
	pthread_cond_broadcast(&g->work);
	pthread_mutex_unlock(&g->lock);
	for (unsigned i = 0; i < g->threads; i++)
		pthread_join(g->thread[i], NULL);
}

int pump_run(const struct pump *pump, struct feed *f, struct err *e)
{
	struct ring g;
	int rc;

	if (ring_begin(&g, pump, f))
		return err_set(e, ENOMEM, "start reading");
	rc = start_threads(&g);
	rc = rc ? err_set(e, rc, "start reading") : empty_all(&g, e);
	stop_threads(&g);
	release(&g, 0);
	if (!rc && g.rc < 0) {
		if (e)
			*e = g.err;
		rc = -1;
	}
	ring_end(&g);
	return rc;
}
