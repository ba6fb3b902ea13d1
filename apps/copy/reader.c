// SPDX-License-Identifier: GPL-2.0-or-later
// Large reads while all goes well. When one fails the failing sector is searched by halving, so
// that a lone bad sector costs one failing read per halving (each may take a drive many seconds);
// behind a bad sector reading goes on with single sectors and doubles with each success.
#include "copy/reader.h"

#include <string.h>

#include "base/clock.h"

#define GONE_TEST_EVERY 256 // unreadable sectors in a row

// A drive that fell off its bus fails every read at once: the whole rest would be taken for
// unreadable. So now and then what could be read before is read again.
static int still_there(struct reader *r, struct piece *p, struct err *e)
{
	struct err why;

	if (!r->good_end || ++r->bad_run % GONE_TEST_EVERY)
		return 0;
	if (!src_read(r->feed.src, r->good_end - r->feed.src->sector, p->data, r->feed.src->sector,
		      &why))
		return 0;
	return err_set(
		e, ENODEV,
		"%s: the disk has stopped answering: 0x%llx could be read before and fails now",
		r->feed.src->name, (unsigned long long)(r->good_end - r->feed.src->sector));
}

static size_t attempt(const struct reader *r, uint64_t rest)
{
	size_t sector = r->feed.src->sector, n = r->block;

	if (r->fence > r->pos) {
		n = (size_t)(r->fence - r->pos) / 2 / sector * sector;
		if (!n)
			n = sector;
	}
	return n < rest ? n : (size_t)rest;
}

static int unreadable(struct reader *r, struct piece *p, size_t n, struct err *e)
{
	if (still_there(r, p, e))
		return -1;
	memset(p->data, 0, n);
	p->off = r->pos;
	p->len = n;
	p->state = MAP_BAD;
	r->pos += n;
	r->fence = 0;
	r->block = r->feed.src->sector;
	return 1;
}

uint64_t reader_at(struct reader *r)
{
	const struct map *w = &r->wanted;

	for (; r->i < w->n; r->i++) {
		const struct range *g = &w->r[r->i];

		if (g->state == MAP_DONE && g->off + g->len > r->pos)
			return g->off > r->pos ? g->off : r->pos;
	}
	return UINT64_MAX;
}

bool reader_is_slow(const struct reader *r)
{
	return r->block < FEED_BLOCK || r->fence > r->pos;
}

static int read_paced(struct reader *r, void *p, size_t n, struct err *e)
{
	int64_t begin;
	int rc;

	if (!r->pace)
		return src_read(r->feed.src, r->pos, p, n, e);
	if (!pace_wait(r->pace))
		return err_stopped(e);
	begin = now_ms();
	rc = src_read(r->feed.src, r->pos, p, n, e);
	if (rc)
		pace_failed(r->pace);
	else
		pace_read(r->pace, begin, n);
	return rc;
}

int reader_next(struct reader *r, struct piece *p, struct err *e)
{
	uint64_t at = reader_at(r), rest;
	struct err why;

	if (at == UINT64_MAX)
		return 0;
	if (at != r->pos)
		r->fence = 0;
	r->pos = at;
	rest = r->wanted.r[r->i].off + r->wanted.r[r->i].len - at;
	rest = rest < p->len ? rest : p->len;
	for (;;) {
		size_t n = attempt(r, rest);

		if (!read_paced(r, p->data, n, &why)) {
			p->off = r->pos;
			p->len = n;
			p->state = MAP_DONE;
			r->pos += n;
			r->good_end = r->pos;
			r->bad_run = 0;
			if (r->fence <= r->pos && r->block < FEED_BLOCK)
				r->block *= 2;
			return 1;
		}
		if (feed_is_fatal(why.num)) {
			if (e)
				*e = why;
			return -1;
		}
		if (n <= r->feed.src->sector)
			return unreadable(r, p, n, e);
		r->fence = r->pos + n;
	}
}

// Takes away what is no whole unit.
static void cut(struct block *b, size_t unit)
{
	while (b->n) {
		struct piece *p = &b->piece[b->n - 1];
		size_t over = (size_t)((p->off + p->len) % unit);

		if (over < p->len) {
			p->len -= over;
			return;
		}
		b->n--;
	}
}

// What is wanted of the next stretch. It begins where something is wanted: so the blocks of a file
// system that lies at an odd multiple of 512 are read into aligned memory. Where reading goes badly
// it ends sooner: each sector may take seconds, and what was read should not wait for them.
static int fill(struct feed *f, struct block *b, size_t unit, struct err *e)
{
	struct reader *r = (struct reader *)f;
	uint64_t at = reader_at(r);

	b->n = 0;
	if (at == UINT64_MAX)
		return 0;
	b->off = at;
	do {
		size_t used = (size_t)(at - b->off);
		struct piece p = { .data = b->data + used, .len = FEED_BLOCK - used };
		int rc = reader_next(r, &p, e);

		if (rc < 0) {
			cut(b, unit);
			return -1;
		}
		block_add(b, &p);
		at = reader_at(r);
	} while (at < b->off + FEED_BLOCK && (at % unit || !reader_is_slow(r)));
	return 1;
}

void reader_begin(struct reader *r, struct src *src, const struct map *wanted)
{
	*r = (struct reader){ .feed = { src, fill }, .block = FEED_BLOCK };
	map_copy(&r->wanted, wanted);
	map_align_done(&r->wanted, src->sector);
}

void reader_end(struct reader *r)
{
	map_free(&r->wanted);
}
