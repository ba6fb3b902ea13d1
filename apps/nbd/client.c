// SPDX-License-Identifier: GPL-2.0-or-later
// One client of the server, from its socket to its answers.
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/size.h"
#include "nbd/server.h"

#define INPUT 65536
#define PIECE (512u << 10) // of a long answer: the next is read while this one is on its way
#define EXTENTS 512
#define ALIGN 4096
#define HANDSHAKE_S 30

struct client {
	struct nbd_disk *disk;
	int fd;
	bool asked; // for data
	struct nbd_session session;
	uint8_t *data; // NBD_READ_MAX bytes
	struct nbd_extent extents[EXTENTS];
	uint8_t input[INPUT];
};

static bool send_all(struct client *c, const void *p, size_t n)
{
	while (n) {
		ssize_t k = send(c->fd, p, n, MSG_NOSIGNAL);

		if (k < 0 && errno == EINTR)
			continue;
		if (k <= 0)
			return false;
		p = (const char *)p + k;
		n -= (size_t)k;
	}
	return true;
}

static bool flush(struct client *c)
{
	struct buf *out = &c->session.out;
	bool good = send_all(c, buf_str(out), out->len);

	buf_clear(out);
	return good;
}

// How far [off, off + len) is of one kind, and which.
static uint32_t stretch(const struct nbd_disk *d, uint64_t off, uint32_t len, bool *used)
{
	const struct range *r;
	size_t i;

	*used = true;
	if (!d->used)
		return len;
	i = map_find(d->used, off);
	if (i == d->used->n)
		return len;
	r = &d->used->r[i];
	*used = r->state == MAP_DONE;
	return r->off + r->len - off < len ? (uint32_t)(r->off + r->len - off) : len;
}

static int read_disk(struct client *c, uint64_t off, uint8_t *p, uint32_t len)
{
	struct nbd_disk *d = c->disk;
	struct err e;
	int rc;

	pthread_mutex_lock(&d->lock);
	rc = src_read(d->src, off, p, len, &e);
	if (rc)
		d->refused += len;
	pthread_mutex_unlock(&d->lock);
	return rc;
}

// What has gone out, for the operator; in pieces of a MiB, so that the map stays short.
static void count(struct client *c, uint64_t off, uint32_t len)
{
	struct nbd_disk *d = c->disk;
	uint64_t from = off / MIB * MIB;

	pthread_mutex_lock(&d->lock);
	d->bytes += len;
	map_set(&d->sent, from, off + len - from, MAP_DONE);
	d->clients += !c->asked;
	c->asked = true;
	pthread_mutex_unlock(&d->lock);
}

static int fill(struct client *c, const struct nbd_request *r)
{
	uint32_t at = 0;

	while (at < r->len) {
		bool used;
		uint32_t n = stretch(c->disk, r->off + at, r->len - at, &used);

		if (!used)
			memset(c->data + at, 0, n);
		else if (read_disk(c, r->off + at, c->data + at, n))
			return -1;
		at += n;
	}
	return 0;
}

static bool send_one(struct client *c, const struct nbd_request *r)
{
	if (fill(c, r)) {
		nbd_reply_error(&c->session, r, NBD_EIO, "the disk cannot be read there");
		return flush(c);
	}
	nbd_reply_data(&c->session, r, r->off, r->len, true);
	count(c, r->off, r->len);
	return flush(c) && send_all(c, c->data, r->len);
}

static bool send_pieces(struct client *c, const struct nbd_request *r)
{
	uint32_t at = 0;

	while (at < r->len) {
		uint64_t off = r->off + at;
		bool used;
		uint32_t n = stretch(c->disk, off, r->len - at, &used);

		if (used && n > PIECE)
			n = PIECE;
		at += n;
		if (!used) {
			nbd_reply_hole(&c->session, r, off, n, at == r->len);
			count(c, off, n);
			continue;
		}
		if (read_disk(c, off, c->data, n)) {
			nbd_reply_error(&c->session, r, NBD_EIO, "the disk cannot be read there");
			return flush(c);
		}
		nbd_reply_data(&c->session, r, off, n, at == r->len);
		count(c, off, n);
		if (!flush(c) || !send_all(c, c->data, n))
			return false;
	}
	return flush(c);
}

static bool send_status(struct client *c, const struct nbd_request *r)
{
	size_t n = 0, max = nbd_wants_one_extent(r) ? 1 : EXTENTS;
	uint32_t at = 0;

	while (at < r->len && n < max) {
		bool used;
		uint32_t len = stretch(c->disk, r->off + at, r->len - at, &used);

		c->extents[n++] = (struct nbd_extent){ len, used ? NBD_DATA : NBD_HOLE_ZERO };
		at += len;
	}
	nbd_reply_status(&c->session, r, c->extents, n);
	return flush(c);
}

static bool answer(struct client *c, const struct nbd_request *r)
{
	if (r->type == NBD_CMD_BLOCK_STATUS)
		return send_status(c, r);
	return nbd_wants_one(&c->session, r) ? send_one(c, r) : send_pieces(c, r);
}

static bool take(struct client *c, const uint8_t *p, size_t n)
{
	enum nbd_event event = NBD_MORE;
	struct nbd_request r;

	while (n && event != NBD_END) {
		size_t k = nbd_take(&c->session, p, n, &event, &r);

		p += k;
		n -= k;
		if (event == NBD_REQUEST && !answer(c, &r))
			return false;
	}
	return flush(c) && event != NBD_END;
}

// Who connects and says nothing is not waited for; who has shaken hands may be silent for long.
static void set_timeout(int fd, time_t seconds)
{
	struct timeval t = { .tv_sec = seconds };

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
}

static void talk(struct client *c)
{
	bool waiting = true;

	set_timeout(c->fd, HANDSHAKE_S);
	while (flush(c)) {
		ssize_t n = recv(c->fd, c->input, sizeof c->input, 0);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || !take(c, c->input, (size_t)n))
			break;
		if (waiting && c->session.serving)
			set_timeout(c->fd, 0);
		waiting = !c->session.serving;
	}
}

void nbd_client(struct nbd_disk *disk, int fd)
{
	struct client *c = mem_zero(1, sizeof *c);

	c->disk = disk;
	c->fd = fd;
	nbd_session_begin(&c->session, &disk->export);
	// memory of which only as much is used as somebody asks for at once
	if (!posix_memalign((void **)&c->data, ALIGN, NBD_READ_MAX))
		talk(c);
	free(c->data);
	nbd_session_end(&c->session);
	free(c);
}
