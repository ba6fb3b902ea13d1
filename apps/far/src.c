// SPDX-License-Identifier: GPL-2.0-or-later
// A file over there as a source. It comes as a stream, which is begun anew where a read jumps. Two
// are kept: an image is read in order, but for its tables; and what is small is remembered, for
// these are asked for often.
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/size.h"
#include "block/src.h"
#include "far/far.h"

#define SILENCE_S 60
#define STREAMS 2
#define FORWARD (4 * MIB) // bytes: a jump of no more is read over
#define BLOCK (64 * KIB)
#define BLOCKS 32

struct far_src {
	struct src src;
	struct far *far;
	char *path;
	struct reading {
		struct far_stream s;
		uint64_t pos;
		bool open;
		unsigned used; // when, in reads
	} streams[STREAMS];
	unsigned reads;
	struct {
		uint8_t *data;
		uint64_t off; // UINT64_MAX: empty
	} blocks[BLOCKS];
};

static void stop(struct reading *r)
{
	if (r->open)
		stream_kill(&r->s, NULL);
	r->open = false;
}

// The stream that stands there or a little in front; else the one that was not used for longer.
static struct reading *pick(struct far_src *f, uint64_t off)
{
	struct reading *old = &f->streams[0];

	for (unsigned i = 0; i < STREAMS; i++) {
		struct reading *r = &f->streams[i];

		if (r->open && r->pos <= off && off - r->pos <= FORWARD)
			return r;
		if (!r->open || (old->open && r->used < old->used))
			old = r;
	}
	stop(old);
	return old;
}

// The file is shorter than it was, or the program has failed; it knows why.
static int ended(struct far_src *f, struct reading *r, struct err *e)
{
	r->open = false;
	if (f->far->ops->end(f->far, &r->s, true, e))
		return -1;
	return err_set(e, EIO, "%s: read at 0x%llx: it ends here", f->src.name,
		       (unsigned long long)r->pos);
}

static int pull(struct far_src *f, struct reading *r, uint8_t *p, size_t n, struct err *e)
{
	while (n) {
		size_t k = n;

		if (stream_read(&r->s, p, &k, far_silence(f->far, SILENCE_S), f->far->ui, e)) {
			stop(r);
			return err_prefix(e, "%s: read at 0x%llx", f->src.name,
					  (unsigned long long)r->pos);
		}
		if (!k)
			return ended(f, r, e);
		p += k;
		n -= k;
		r->pos += k;
	}
	return 0;
}

static int read_once(struct far_src *f, uint64_t off, uint8_t *p, size_t n, struct err *e)
{
	struct reading *r = pick(f, off);

	r->used = ++f->reads;
	if (!r->open) {
		if (f->far->ops->read(f->far, f->path, off, &r->s, e))
			return -1;
		r->open = true;
		r->pos = off;
	}
	while (r->pos < off) { // what it gives away is written over below
		uint64_t gap = off - r->pos;

		if (pull(f, r, p, gap < n ? (size_t)gap : n, e))
			return -1;
	}
	return pull(f, r, p, n, e);
}

static int read_on(struct far_src *f, uint64_t off, uint8_t *p, size_t n, struct err *e)
{
	while (read_once(f, off, p, n, e)) {
		for (unsigned i = 0; i < STREAMS; i++)
			stop(&f->streams[i]);
		if (far_again(f->far, e))
			return -1;
	}
	return 0;
}

// One block of what is small.
static int read_block(struct far_src *f, uint64_t off, const uint8_t **data, struct err *e)
{
	unsigned i = (unsigned)(off / BLOCK % BLOCKS);
	uint64_t left = f->src.size - off;

	*data = f->blocks[i].data;
	if (f->blocks[i].off == off)
		return 0;
	if (!f->blocks[i].data)
		*data = f->blocks[i].data = mem_alloc(BLOCK);
	f->blocks[i].off = UINT64_MAX;
	if (read_on(f, off, f->blocks[i].data, left < BLOCK ? (size_t)left : BLOCK, e))
		return -1;
	f->blocks[i].off = off;
	return 0;
}

static int read_it(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct far_src *f = (struct far_src *)s;
	uint8_t *to = p;

	if (n >= BLOCK)
		return read_on(f, off, to, n, e);
	while (n) {
		size_t in = (size_t)(off % BLOCK), k = BLOCK - in < n ? BLOCK - in : n;
		const uint8_t *data;

		if (read_block(f, off - in, &data, e))
			return -1;
		memcpy(to, data + in, k);
		to += k;
		off += k;
		n -= k;
	}
	return 0;
}

static void close_it(struct src *s)
{
	struct far_src *f = (struct far_src *)s;

	for (unsigned i = 0; i < STREAMS; i++)
		stop(&f->streams[i]);
	for (unsigned i = 0; i < BLOCKS; i++)
		free(f->blocks[i].data);
	free(f->path);
	free(f);
}

int far_src(struct far *f, const char *path, struct src **out, struct err *e)
{
	static const struct src_ops ops = { read_it, close_it };
	struct far_entry x;
	struct far_src *s;

	*out = NULL;
	if (f->ops->look(f, path, &x, e))
		return -1;
	if (x.what != FAR_FILE)
		return err_set(e, ENOENT, "%s: %s: open for reading", f->server, path);
	if (x.size == UINT64_MAX)
		return err_set(e, 0, "%s: %s: the server does not tell how long it is", f->server,
			       path);
	s = mem_zero(1, sizeof *s);
	s->src.ops = &ops;
	s->src.size = x.size;
	s->src.sector = 512;
	snprintf(s->src.name, sizeof s->src.name, "%.60s:%.66s", f->url.host, path);
	s->far = f;
	s->path = mem_dup(path);
	for (unsigned i = 0; i < BLOCKS; i++)
		s->blocks[i].off = UINT64_MAX;
	*out = &s->src;
	return 0;
}
