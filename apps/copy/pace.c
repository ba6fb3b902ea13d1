// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy/pace.h"

#include "base/clock.h"

#define WINDOW_MS 1000 // the highest rate is kept over such a time
#define LOOK_MS 1000

void pace_begin(struct pace *p, const struct pace_limits *limits)
{
	*p = (struct pace){ .limits = *limits };
	pthread_mutex_init(&p->lock, NULL);
	clock_cond_init(&p->changed);
}

void pace_end(struct pace *p)
{
	pthread_cond_destroy(&p->changed);
	pthread_mutex_destroy(&p->lock);
}

bool pace_wait(struct pace *p)
{
	bool go;

	pthread_mutex_lock(&p->lock);
	while (!p->ended) {
		int64_t now = now_ms();

		if (p->paused)
			clock_wait(&p->changed, &p->lock, now + LOOK_MS);
		else if (now < p->free_ms)
			clock_wait(&p->changed, &p->lock, p->free_ms);
		else
			break;
	}
	go = !p->ended;
	pthread_mutex_unlock(&p->lock);
	return go;
}

void pace_read(struct pace *p, int64_t begin_ms, size_t len)
{
	int64_t from = p->free_ms > begin_ms - WINDOW_MS ? p->free_ms : begin_ms;

	if (p->limits.max_rate)
		p->free_ms = from + (int64_t)(len * 1000 / p->limits.max_rate);
}

void pace_failed(struct pace *p)
{
	p->free_ms = now_ms() + (int64_t)p->limits.pause_s * 1000;
}

void pace_order(struct pace *p, bool paused, bool end)
{
	pthread_mutex_lock(&p->lock);
	p->paused = paused;
	p->ended |= end;
	pthread_cond_signal(&p->changed);
	pthread_mutex_unlock(&p->lock);
}
