// SPDX-License-Identifier: GPL-2.0-or-later
// Where the stream makes the file longer, its length over there tells what has arrived; else only
// the end of the stream does.
#include "dest/far_writer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/size.h"

#define RING (32 * MIB)	   // what lies between a disk here and a disk there
#define ASK (8 * MIB)	   // bytes after which it is asked how much is there
#define TELL (16 * MIB)	   // bytes after which there is enough to hash
#define AT_ONCE (16 * MIB) // bytes that are changed before the server says that it has them
#define SILENCE_S 120	   // a server may sync its disk for a while
#define BREAKS 200	   // a line that is no line

void far_writer_begin(struct far_writer *w, struct far *far, const char *path, uint64_t length,
		      uint64_t size)
{
	*w = (struct far_writer){
		.far = far, .path = path, .size = size, .length = length, .there = length
	};
	if (far->ops->seeks)
		w->ring = mem_alloc(RING);
}

static void drop_hash(struct far_writer *w)
{
	if (w->hash.pid)
		stream_kill(&w->hash, NULL);
}

// Of a file that is new; whatever comes between makes it worthless.
static void begin_hash(struct far_writer *w)
{
	struct err e;

	if (w->far->ops->follow && !w->length && !w->breaks)
		w->far->ops->follow(w->far, w->path, &w->hash, &e);
}

// There is more of the file. Both ends have a program to start for it.
static void more_to_hash(struct far_writer *w)
{
	if (w->there - w->told < TELL)
		return;
	w->told = w->there;
	// a pipe that is full of such lines says it already
	if (w->hash.pid && write(w->hash.in, "\n", 1) < 0 && errno != EAGAIN)
		drop_hash(w);
}

static int begin(struct far_writer *w, uint64_t off, struct err *e)
{
	uint64_t size = off || w->size < off ? UINT64_MAX : w->size;

	if (w->far->ops->write(w->far, w->path, off, size, &w->s, e))
		return -1;
	w->streaming = true;
	w->extends = off >= w->there;
	if (!w->extends)
		drop_hash(w);
	else
		begin_hash(w);
	return 0;
}

// The stream's end, and with that everything there.
static int end(struct far_writer *w, struct err *e)
{
	w->streaming = false;
	if (w->far->ops->end(w->far, &w->s, false, e))
		return -1;
	w->kept = w->end;
	w->there = w->length;
	return 0;
}

// Its program is gone: why?
static int broken(struct far_writer *w, struct err *e)
{
	bool silent = e->num == ETIMEDOUT;

	w->streaming = false;
	if (e->kind == ERR_STOPPED || silent) {
		stream_kill(&w->s, NULL);
		return silent ? err_prefix(e, "%s", w->far->server) : -1;
	}
	if (w->far->ops->end(w->far, &w->s, false, e))
		return -1;
	return far_lost(e, "%s: it takes no more", w->far->server);
}

static int push(struct far_writer *w, uint64_t from, uint64_t to, struct err *e)
{
	while (from < to) {
		size_t at = (size_t)(from % RING);
		size_t n = to - from < RING - at ? (size_t)(to - from) : RING - at;

		if (stream_lend(&w->s, w->ring + at, n, far_silence(w->far, SILENCE_S), w->far->ui,
				e))
			return broken(w, e);
		from += n;
	}
	return 0;
}

// So much of a file that gets longer is there.
static int arrived(struct far_writer *w, uint64_t size, struct err *e)
{
	if (size < w->there)
		return err_set(e, 0,
			       "%s: %s: the server has lost what it had, %llu of %llu bytes are "
			       "left: it was restarted? Run the same command again",
			       w->far->server, w->path, (unsigned long long)size,
			       (unsigned long long)w->there);
	if (size > w->end)
		return err_set(e, 0, "%s: %s: somebody else writes there, too", w->far->server,
			       w->path);
	w->there = size;
	more_to_hash(w);
	if (size > w->kept)
		w->kept = size;
	return 0;
}

static int ask(struct far_writer *w, struct err *e)
{
	struct far_entry x;

	return w->far->ops->look(w->far, w->path, &x, e) || arrived(w, x.size, e) ? -1 : 0;
}

// The same without waiting for the answer.
static int ask_soon(struct far_writer *w, struct err *e)
{
	uint64_t size;
	int rc;

	if (!w->far->ops->size_soon || w->end - w->asked < ASK)
		return 0;
	rc = w->far->ops->size_soon(w->far, w->path, &size, e);
	if (rc <= 0)
		return rc;
	w->asked = w->end;
	return arrived(w, size, e);
}

// The connection broke: another one, and on from what is there.
static int recover(struct far_writer *w, struct err *e)
{
	drop_hash(w);
	if (!w->ring || ++w->breaks > BREAKS)
		return -1;
	for (;;) {
		if (w->streaming)
			stream_kill(&w->s, NULL);
		w->streaming = false;
		if (far_again(w->far, e))
			return -1;
		if (w->kept == w->end)
			return 0;
		if ((!w->extends || !ask(w, e)) &&
		    (w->kept == w->end || (!begin(w, w->kept, e) && !push(w, w->kept, w->end, e))))
			return 0;
	}
}

// What was sent is on its way; moved: when something arrived for the last time.
static int wait_more(struct far_writer *w, int64_t moved, struct err *e)
{
	if (ui_cancelled(w->far->ui))
		return err_stopped(e);
	if (now_ms() - moved > far_silence(w->far, SILENCE_S) * 1000)
		return err_set(e, ETIMEDOUT, "%s: nothing arrives any more", w->far->server);
	usleep(10 * 1000);
	return 0;
}

static int arrive(struct far_writer *w, struct err *e)
{
	int64_t moved = now_ms();

	for (;;) {
		uint64_t before = w->kept;

		if (ask(w, e))
			return -1;
		if (w->kept == w->end)
			return 0;
		if (w->kept > before)
			moved = now_ms();
		if (wait_more(w, moved, e))
			return -1;
	}
}

// Room for n more bytes in the ring. Most answers to how much has arrived are there before the ring
// is full.
static int make_room(struct far_writer *w, size_t n, struct err *e)
{
	uint64_t under_way = w->end - w->kept + n;
	int64_t moved = now_ms();

	if (!w->extends)
		return under_way > AT_ONCE ? end(w, e) : 0;
	if (ask_soon(w, e))
		return -1;
	while (w->end - w->kept + n > RING) {
		uint64_t before = w->kept;

		if (ask(w, e))
			return -1;
		if (w->kept > before)
			moved = now_ms();
		else if (wait_more(w, moved, e))
			return -1;
	}
	return 0;
}

static void keep(struct far_writer *w, const uint8_t *p, size_t n)
{
	while (n) {
		size_t at = (size_t)(w->end % RING), k = n < RING - at ? n : RING - at;

		memcpy(w->ring + at, p, k);
		p += k;
		n -= k;
		w->end += k;
	}
}

// A piece of at most MIB.
static int put_piece(struct far_writer *w, uint64_t off, const uint8_t *p, size_t n, struct err *e)
{
	while (w->streaming && make_room(w, n, e))
		if (recover(w, e))
			return -1;
	if (!w->streaming) {
		w->kept = w->end = w->asked = off;
		while (begin(w, off, e))
			if (far_again(w->far, e))
				return -1;
	}
	keep(w, p, n);
	if (off + n > w->length)
		w->length = off + n;
	return push(w, off, off + n, e) && recover(w, e) ? -1 : 0;
}

// To a server that cannot go on with what broke off.
static int put_once(struct far_writer *w, uint64_t off, const void *p, size_t n, struct err *e)
{
	if (!w->streaming && (off != w->length || begin(w, off, e)))
		return off != w->length ? err_set(e, ESPIPE, "%s: write at %llu", w->path,
						  (unsigned long long)off)
					: -1;
	w->length = w->kept = w->end = off + n;
	return stream_write(&w->s, p, n, far_silence(w->far, SILENCE_S), w->far->ui, e)
		       ? broken(w, e)
		       : 0;
}

int far_writer_put(struct far_writer *w, uint64_t off, const void *p, size_t n, struct err *e)
{
	const uint8_t *from = p;

	if (!w->ring)
		return put_once(w, off, p, n, e);
	if (w->streaming && off != w->end && far_writer_sync(w, true, e))
		return -1;
	while (n) {
		size_t k = n < MIB ? n : MIB;

		if (put_piece(w, off, from, k, e))
			return -1;
		from += k;
		off += k;
		n -= k;
	}
	return 0;
}

int far_writer_hash(struct far_writer *w, char hex[65], struct err *e)
{
	return w->hash.pid ? w->far->ops->followed(w->far, &w->hash, hex, e) : 0;
}

int far_writer_sync(struct far_writer *w, bool last, struct err *e)
{
	if (!w->ring && !last) // only its end tells what is there
		return 0;
	while (w->streaming && (w->extends && !last ? arrive(w, e) : end(w, e)))
		if (recover(w, e))
			return -1;
	return 0;
}

void far_writer_end(struct far_writer *w)
{
	if (w->streaming)
		stream_kill(&w->s, NULL);
	w->streaming = false;
	drop_hash(w);
	free(w->ring);
	w->ring = NULL;
}
