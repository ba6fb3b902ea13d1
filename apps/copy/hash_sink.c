// SPDX-License-Identifier: GPL-2.0-or-later
// One buffer is hashed and written at the same time, by two threads; both are done with it before
// the next comes.
#include "copy/hash_sink.h"

#include <string.h>

static void *hash_all(void *arg)
{
	struct hash_sink *h = arg;

	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (!h->data && !h->end)
			pthread_cond_wait(&h->change, &h->lock);
		if (!h->data)
			break;
		const void *data = h->data;
		size_t len = h->len;

		pthread_mutex_unlock(&h->lock);
		sha256_add(&h->sha, data, len);
		pthread_mutex_lock(&h->lock);
		h->data = NULL;
		pthread_cond_signal(&h->change);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static void hash_start(struct hash_sink *h, const void *p, size_t n)
{
	pthread_mutex_lock(&h->lock);
	h->data = p;
	h->len = n;
	pthread_cond_signal(&h->change);
	pthread_mutex_unlock(&h->lock);
}

static void hash_wait(struct hash_sink *h)
{
	pthread_mutex_lock(&h->lock);
	while (h->data)
		pthread_cond_wait(&h->change, &h->lock);
	pthread_mutex_unlock(&h->lock);
}

static int hashed_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;
	int rc;

	if (ui_cancelled(h->ui))
		return err_stopped(e);
	if (!n)
		return 0;
	if (h->whole)
		hash_start(h, p, n);
	rc = sink_write(h->to, p, n, e);
	if (h->whole)
		hash_wait(h);
	return rc;
}

static int hashed_skip(struct sink *s, uint64_t len, struct err *e)
{
	static char zeros[1 << 20]; // not const: takes no room in the program
	struct hash_sink *h = (struct hash_sink *)s;

	while (len) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (ui_cancelled(h->ui))
			return err_stopped(e);
		if (h->whole)
			hash_start(h, zeros, n);
		int rc = sink_skip(h->to, n, e);

		if (h->whole)
			hash_wait(h);
		if (rc)
			return -1;
		len -= n;
	}
	return 0;
}

static int hashed_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;

	h->whole = false;
	return sink_patch(h->to, off, p, n, e);
}

int hash_sink_begin(struct hash_sink *h, struct sink *to, struct ui *ui, struct err *e)
{
	static const struct sink_ops ops = { hashed_write, hashed_skip, hashed_patch };
	static const struct sink_ops forward_only = { hashed_write, hashed_skip, NULL };
	int rc;

	*h = (struct hash_sink){ .to = to, .ui = ui, .whole = !to->pos };
	h->sink.ops = sink_can_patch(to) ? &ops : &forward_only;
	h->sink.pos = to->pos;
	sha256_begin(&h->sha);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->change, NULL);
	rc = pthread_create(&h->thread, NULL, hash_all, h);
	return rc ? err_set(e, rc, "start hashing") : 0;
}

bool hash_sink_end(struct hash_sink *h, char hex[65])
{
	pthread_mutex_lock(&h->lock);
	h->end = true;
	pthread_cond_signal(&h->change);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	pthread_cond_destroy(&h->change);
	pthread_mutex_destroy(&h->lock);
	hex[0] = 0;
	if (h->whole)
		sha256_end(&h->sha, hex);
	return h->whole;
}
