// SPDX-License-Identifier: GPL-2.0-or-later
// A queue of stretches of memory between the thread that writes and the one that hashes.
#include "copy/hash_sink.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

#define SMALL_HOLE 4096u  // zeros of less than this are written: no file system has smaller holes
#define WAKE (512u << 10) // bytes the hashing thread is woken for; sooner where somebody waits

static void *hash_all(void *arg)
{
	struct hash_sink *h = arg;

	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (h->hashed == h->queued && !h->end)
			pthread_cond_wait(&h->more, &h->lock);
		if (h->hashed == h->queued)
			break;
		struct hash_entry *q = &h->queue[h->hashed % HASH_QUEUE];

		pthread_mutex_unlock(&h->lock);
		sha256_add(&h->sha, q->data, q->len);
		pthread_mutex_lock(&h->lock);
		h->hashed++;
		if (h->hashed == h->wait_for)
			pthread_cond_signal(&h->less);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

// Called with the lock held.
static void wait_until(struct hash_sink *h, uint64_t mark)
{
	h->wait_for = mark;
	pthread_cond_signal(&h->more);
	while (h->hashed < mark)
		pthread_cond_wait(&h->less, &h->lock);
	h->silent = 0;
}

bool hash_sink_settle(struct hash_sink *h, uint64_t mark, bool wait)
{
	bool settled;

	pthread_mutex_lock(&h->lock);
	if (wait)
		wait_until(h, mark);
	settled = h->hashed >= mark;
	pthread_mutex_unlock(&h->lock);
	return settled;
}

uint64_t hash_sink_mark(const struct hash_sink *h)
{
	return h->queued;
}

// The bytes stay until what is queued now has been hashed.
static void hash(struct hash_sink *h, const void *p, size_t n)
{
	if (!h->whole)
		return;
	pthread_mutex_lock(&h->lock);
	if (h->queued - h->hashed == HASH_QUEUE)
		wait_until(h, h->queued - HASH_QUEUE / 2);
	h->queue[h->queued++ % HASH_QUEUE] = (struct hash_entry){ p, n };
	h->silent += n;
	if (h->silent >= WAKE) {
		pthread_cond_signal(&h->more);
		h->silent = 0;
	}
	pthread_mutex_unlock(&h->lock);
}

static int write_out(struct hash_sink *h, const void *p, size_t n, struct err *e)
{
	hash(h, p, n);
	return sink_write(h->to, p, n, e);
}

int hash_sink_flush(struct hash_sink *h, struct err *e)
{
	struct hash_buffer *b = &h->buffer[h->now];
	size_t n = h->fill;
	int rc;

	if (!n)
		return 0;
	h->fill = 0;
	rc = write_out(h, b->data, n, e);
	b->mark = h->queued;
	h->now = (h->now + 1) % HASH_BUFFERS;
	hash_sink_settle(h, h->buffer[h->now].mark, true);
	return rc;
}

// p NULL: zeros.
static int gather(struct hash_sink *h, const uint8_t *p, size_t n, struct err *e)
{
	while (n) {
		size_t k = n < HASH_GATHER - h->fill ? n : HASH_GATHER - h->fill;
		uint8_t *to = h->buffer[h->now].data + h->fill;

		if (p)
			memcpy(to, p, k);
		else
			memset(to, 0, k);
		p = p ? p + k : NULL;
		n -= k;
		h->fill += k;
		if (h->fill == HASH_GATHER && hash_sink_flush(h, e))
			return -1;
	}
	return 0;
}

void hash_sink_lend(struct hash_sink *h, const void *data, size_t len)
{
	h->lent = data;
	h->lent_len = len;
}

static bool is_lent(const struct hash_sink *h, const void *p, size_t n)
{
	uintptr_t from = (uintptr_t)h->lent, at = (uintptr_t)p;

	return at >= from && at - from < h->lent_len && n <= h->lent_len - (at - from);
}

static int hashed_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;

	if (ui_cancelled(h->ui))
		return err_stopped(e);
	if (!is_lent(h, p, n))
		return gather(h, p, n, e);
	return hash_sink_flush(h, e) || write_out(h, p, n, e) ? -1 : 0;
}

static int hashed_skip(struct sink *s, uint64_t len, struct err *e)
{
	static char zeros[1 << 20]; // not const: takes no room in the program
	struct hash_sink *h = (struct hash_sink *)s;

	if (len < SMALL_HOLE)
		return gather(h, NULL, (size_t)len, e);
	if (hash_sink_flush(h, e))
		return -1;
	while (len) {
		size_t n = len < sizeof zeros ? (size_t)len : sizeof zeros;

		if (ui_cancelled(h->ui))
			return err_stopped(e);
		hash(h, zeros, n);
		if (sink_skip(h->to, n, e))
			return -1;
		len -= n;
	}
	return 0;
}

static int hashed_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;

	h->whole = false;
	return hash_sink_flush(h, e) || sink_patch(h->to, off, p, n, e) ? -1 : 0;
}

static int hashed_jump(struct sink *s, uint64_t to, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;

	h->whole = false;
	return hash_sink_flush(h, e) || sink_jump(h->to, to, e) ? -1 : 0;
}

static int hashed_clear(struct sink *s, uint64_t off, uint64_t len, struct err *e)
{
	struct hash_sink *h = (struct hash_sink *)s;

	h->whole = false;
	return hash_sink_flush(h, e) || sink_clear(h->to, off, len, e) ? -1 : 0;
}

int hash_sink_begin(struct hash_sink *h, struct sink *to, struct ui *ui, bool hash_it,
		    struct err *e)
{
	static const struct sink_ops ops = { hashed_write, hashed_skip, hashed_patch, hashed_jump,
					     hashed_clear },
				     in_order = { .write = hashed_write,
						  .skip = hashed_skip,
						  .patch = hashed_patch },
				     forward_only = { .write = hashed_write, .skip = hashed_skip };
	char hex[65];
	int rc = 0;

	*h = (struct hash_sink){ .to = to, .ui = ui, .whole = hash_it && !to->pos };
	h->sink.ops = sink_can_jump(to) ? &ops : sink_can_patch(to) ? &in_order : &forward_only;
	h->sink.pos = to->pos;
	for (unsigned i = 0; i < HASH_BUFFERS; i++)
		h->buffer[i].data = mem_alloc(HASH_GATHER);
	sha256_begin(&h->sha);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->more, NULL);
	pthread_cond_init(&h->less, NULL);
	if (h->whole)
		rc = pthread_create(&h->thread, NULL, hash_all, h);
	h->has_thread = h->whole && !rc;
	if (!rc)
		return 0;
	hash_sink_end(h, hex);
	return err_set(e, rc, "start hashing");
}

bool hash_sink_end(struct hash_sink *h, char hex[65])
{
	pthread_mutex_lock(&h->lock);
	h->end = true;
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
	if (h->has_thread)
		pthread_join(h->thread, NULL);
	pthread_cond_destroy(&h->less);
	pthread_cond_destroy(&h->more);
	pthread_mutex_destroy(&h->lock);
	for (unsigned i = 0; i < HASH_BUFFERS; i++)
		free(h->buffer[i].data);
	hex[0] = 0;
	if (h->whole)
		sha256_end(&h->sha, hex);
	return h->whole;
}
