// SPDX-License-Identifier: GPL-2.0-or-later
// The ring: slots [taken, filled) hold pieces, one lock, two conditions.
#include "copy/pump.h"

#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "base/buf.h"

#define TICK_NS 250000000l

struct ring {
	struct reader *reader;
	struct piece slot[PUMP_SLOTS];
	unsigned filled, taken; // counts since the start
	bool stop;		// set by the caller's thread: read no more
	bool ended;		// set by the reading thread: no more pieces will come
	int rc;			// why it ended: 0 all was read, -1 err tells
	struct err err;
	pthread_mutex_t lock;
	pthread_cond_t piece, room;
	void *memory;
};

static void *read_all(void *arg)
{
	struct ring *g = arg;

	pthread_mutex_lock(&g->lock);
	for (;;) {
		while (!g->stop && g->filled - g->taken == PUMP_SLOTS)
			pthread_cond_wait(&g->room, &g->lock);
		if (g->stop)
			break;
		struct piece *p = &g->slot[g->filled % PUMP_SLOTS];

		pthread_mutex_unlock(&g->lock);
		int rc = reader_next(g->reader, p, &g->err);

		pthread_mutex_lock(&g->lock);
		g->rc = rc;
		if (rc <= 0)
			break;
		g->filled++;
		pthread_cond_signal(&g->piece);
	}
	g->ended = true;
	pthread_cond_signal(&g->piece);
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

// Waits a tick at most; called with the lock held.
static void wait_piece(struct ring *g)
{
	struct timespec until;

	clock_gettime(CLOCK_MONOTONIC, &until);
	until.tv_nsec += TICK_NS;
	if (until.tv_nsec >= 1000000000l) {
		until.tv_nsec -= 1000000000l;
		until.tv_sec++;
	}
	pthread_cond_timedwait(&g->piece, &g->lock, &until);
}

static int empty_all(struct ring *g, const struct pump *pump, struct err *e)
{
	int rc = 0;

	pthread_mutex_lock(&g->lock);
	while (!rc) {
		if (g->filled == g->taken) {
			if (g->ended)
				break;
			wait_piece(g);
			if (g->filled == g->taken && !g->ended) {
				pthread_mutex_unlock(&g->lock);
				rc = pump->tick(pump->arg, e);
				pthread_mutex_lock(&g->lock);
			}
			continue;
		}
		const struct piece *p = &g->slot[g->taken % PUMP_SLOTS];

		pthread_mutex_unlock(&g->lock);
		if (pump->take(pump->arg, p, e) || pump->tick(pump->arg, e))
			rc = -1;
		pthread_mutex_lock(&g->lock);
		g->taken++;
		pthread_cond_signal(&g->room);
	}
	g->stop = true;
	pthread_cond_signal(&g->room);
	pthread_mutex_unlock(&g->lock);
	return rc;
}

static void ring_begin(struct ring *g, struct reader *r)
{
	pthread_condattr_t monotonic;

	*g = (struct ring){ .reader = r };
	g->memory = aligned_alloc(4096, (size_t)PUMP_SLOTS * READER_BLOCK);
	for (unsigned i = 0; g->memory && i < PUMP_SLOTS; i++)
		g->slot[i].data = (uint8_t *)g->memory + (size_t)i * READER_BLOCK;
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->piece, &monotonic);
	pthread_cond_init(&g->room, NULL);
	pthread_condattr_destroy(&monotonic);
}

static void ring_end(struct ring *g)
{
	pthread_cond_destroy(&g->room);
	pthread_cond_destroy(&g->piece);
	pthread_mutex_destroy(&g->lock);
	free(g->memory);
}

int pump_run(const struct pump *pump, struct reader *r, struct err *e)
{
	pthread_t thread;
	struct ring g;
	int rc;

	ring_begin(&g, r);
	rc = g.memory ? pthread_create(&thread, NULL, read_all, &g) : ENOMEM;
	if (rc) {
		ring_end(&g);
		return err_set(e, rc, "start reading");
	}
	rc = empty_all(&g, pump, e);
	pthread_join(thread, NULL);
	if (!rc && g.rc < 0) {
		if (e)
			*e = g.err;
		rc = -1;
	}
	ring_end(&g);
	return rc;
}
