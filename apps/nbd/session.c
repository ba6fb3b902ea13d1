// SPDX-License-Identifier: GPL-2.0-or-later
// Handshake and requests. A request that must not be or cannot be is answered here; what was sent
// with it is thrown away.
#include "nbd/session.h"

#include <string.h>

#include "base/endian.h"

#define MAGIC 0x4e42444d41474943u	 // "NBDMAGIC"
#define OPTION_MAGIC 0x49484156454f5054u // "IHAVEOPT"
#define REQUEST_MAGIC 0x25609513u
#define SIMPLE_MAGIC 0x67446698u
#define CHUNK_MAGIC 0x668e33efu

#define FIXED_NEWSTYLE 1u
#define NO_ZEROES 2u
#define OPTIONS_MAX 500u	   // nobody needs more
#define OPTION_SKIP_MAX (1u << 20) // what is longer comes from no client of NBD
#define WRITE_SKIP_MAX (64u << 20) // the same for what shall be written

enum { CLIENT_FLAGS, OPTION_HEAD, OPTION_DATA, REQUEST, ENDED };

// of requests
#define FLAG_DF (1u << 2)
#define FLAG_REQ_ONE (1u << 3)
#define FLAGS_KNOWN 0x1fu

// of structured replies
enum { CHUNK_NONE = 0, CHUNK_DATA = 1, CHUNK_HOLE = 2, CHUNK_STATUS = 5, CHUNK_ERROR = 0x8001 };
#define CHUNK_DONE 1u
#define ALLOCATION_ID 1u

struct option_head {
	be64 magic;
	be32 option, len;
};

struct request_head {
	be32 magic;
	be16 flags, type;
	be64 cookie, off;
	be32 len;
};

void nbd_put16(struct nbd_session *s, uint16_t x)
{
	be16 v = be16_put(x);

	buf_add(&s->out, &v, sizeof v);
}

void nbd_put32(struct nbd_session *s, uint32_t x)
{
	be32 v = be32_put(x);

	buf_add(&s->out, &v, sizeof v);
}

void nbd_put64(struct nbd_session *s, uint64_t x)
{
	be64 v = be64_put(x);

	buf_add(&s->out, &v, sizeof v);
}

static void expect(struct nbd_session *s, int state, size_t want)
{
	s->state = state;
	s->have = 0;
	s->want = want;
}

void nbd_session_begin(struct nbd_session *s, const struct nbd_export *export)
{
	memset(s, 0, sizeof *s);
	s->export = export;
	nbd_put64(s, MAGIC);
	nbd_put64(s, OPTION_MAGIC);
	nbd_put16(s, FIXED_NEWSTYLE | NO_ZEROES);
	expect(s, CLIENT_FLAGS, 4);
}

void nbd_session_end(struct nbd_session *s)
{
	buf_free(&s->out);
}

static bool take_flags(struct nbd_session *s)
{
	be32 v;
	uint32_t flags;

	memcpy(&v, s->head, sizeof v);
	flags = be32_get(v);
	s->fixed = flags & FIXED_NEWSTYLE;
	s->no_zeroes = flags & NO_ZEROES;
	expect(s, OPTION_HEAD, sizeof(struct option_head));
	return !(flags & ~(FIXED_NEWSTYLE | NO_ZEROES));
}

static bool finish_option(struct nbd_session *s)
{
	bool go = false;

	if (!nbd_option(s, &go))
		return false;
	s->serving = go;
	expect(s, go ? REQUEST : OPTION_HEAD,
	       go ? sizeof(struct request_head) : sizeof(struct option_head));
	return true;
}

static bool take_option_head(struct nbd_session *s)
{
	struct option_head h;

	memcpy(&h, s->head, sizeof h);
	s->option = be32_get(h.option);
	s->option_len = be32_get(h.len);
	if (be64_get(h.magic) != OPTION_MAGIC || s->option_len > OPTION_SKIP_MAX ||
	    ++s->options > OPTIONS_MAX)
		return false;
	if (s->option_len > sizeof s->data) {
		s->skip = s->option_len;
		return finish_option(s); // it answers: too big
	}
	if (!s->option_len)
		return finish_option(s);
	expect(s, OPTION_DATA, s->option_len);
	return true;
}

static void chunk(struct nbd_session *s, const struct nbd_request *r, unsigned type, bool last,
		  uint32_t len)
{
	nbd_put32(s, CHUNK_MAGIC);
	nbd_put16(s, last ? CHUNK_DONE : 0);
	nbd_put16(s, (uint16_t)type);
	nbd_put64(s, r->cookie);
	nbd_put32(s, len);
}

static void simple(struct nbd_session *s, const struct nbd_request *r, uint32_t error)
{
	nbd_put32(s, SIMPLE_MAGIC);
	nbd_put32(s, error);
	nbd_put64(s, r->cookie);
}

bool nbd_wants_one(const struct nbd_session *s, const struct nbd_request *r)
{
	return !s->structured || r->flags & FLAG_DF;
}

void nbd_reply_data(struct nbd_session *s, const struct nbd_request *r, uint64_t off, uint32_t len,
		    bool last)
{
	if (!s->structured) {
		simple(s, r, 0);
		return;
	}
	chunk(s, r, CHUNK_DATA, last, 8 + len);
	nbd_put64(s, off);
}

void nbd_reply_hole(struct nbd_session *s, const struct nbd_request *r, uint64_t off, uint32_t len,
		    bool last)
{
	chunk(s, r, CHUNK_HOLE, last, 12);
	nbd_put64(s, off);
	nbd_put32(s, len);
}

void nbd_reply_error(struct nbd_session *s, const struct nbd_request *r, enum nbd_errno error,
		     const char *text)
{
	uint16_t len = (uint16_t)strnlen(text, 400);

	if (!s->structured) {
		simple(s, r, error);
		return;
	}
	chunk(s, r, CHUNK_ERROR, true, 6u + len);
	nbd_put32(s, error);
	nbd_put16(s, len);
	buf_add(&s->out, text, len);
}

bool nbd_wants_one_extent(const struct nbd_request *r)
{
	return r->flags & FLAG_REQ_ONE;
}

void nbd_reply_status(struct nbd_session *s, const struct nbd_request *r,
		      const struct nbd_extent *x, size_t n)
{
	chunk(s, r, CHUNK_STATUS, true, (uint32_t)(4 + 8 * n));
	nbd_put32(s, ALLOCATION_ID);
	for (size_t i = 0; i < n; i++) {
		nbd_put32(s, x[i].len);
		nbd_put32(s, x[i].flags);
	}
}

// Lies it inside, and is it something that can be asked?
static bool check(struct nbd_session *s, const struct nbd_request *r)
{
	uint64_t size = s->export->size;

	if (r->flags & ~FLAGS_KNOWN)
		nbd_reply_error(s, r, NBD_EINVAL, "unknown flags");
	else if (!r->len || r->off > size || r->len > size - r->off)
		nbd_reply_error(s, r, NBD_EINVAL, "outside of the disk");
	else if (r->type == NBD_CMD_READ && r->len > NBD_READ_MAX)
		nbd_reply_error(s, r, r->flags & FLAG_DF ? NBD_EOVERFLOW : NBD_EINVAL,
				"more than 4 MiB at once");
	else if (r->type == NBD_CMD_BLOCK_STATUS && !s->allocation)
		nbd_reply_error(s, r, NBD_EINVAL, "base:allocation was not negotiated");
	else
		return true;
	return false;
}

static bool take_request(struct nbd_session *s, enum nbd_event *event, struct nbd_request *r)
{
	struct request_head h;

	memcpy(&h, s->head, sizeof h);
	expect(s, REQUEST, sizeof h);
	*r = (struct nbd_request){ be16_get(h.flags), be16_get(h.type), be64_get(h.cookie),
				   be64_get(h.off), be32_get(h.len) };
	if (be32_get(h.magic) != REQUEST_MAGIC || r->type == NBD_CMD_DISC)
		return false;
	switch (r->type) {
	case NBD_CMD_READ:
	case NBD_CMD_BLOCK_STATUS:
		if (check(s, r))
			*event = NBD_REQUEST;
		return true;
	case NBD_CMD_WRITE:
		s->skip = r->len;
		nbd_reply_error(s, r, NBD_EPERM, "is served read-only");
		return r->len <= WRITE_SKIP_MAX;
	case NBD_CMD_TRIM:
	case NBD_CMD_WRITE_ZEROES:
		nbd_reply_error(s, r, NBD_EPERM, "is served read-only");
		return true;
	default: nbd_reply_error(s, r, NBD_EINVAL, "is not offered"); return true;
	}
}

static bool take_whole(struct nbd_session *s, enum nbd_event *event, struct nbd_request *r)
{
	switch (s->state) {
	case CLIENT_FLAGS: return take_flags(s);
	case OPTION_HEAD: return take_option_head(s);
	case OPTION_DATA: return finish_option(s);
	case REQUEST: return take_request(s, event, r);
	default: return false;
	}
}

size_t nbd_take(struct nbd_session *s, const uint8_t *p, size_t n, enum nbd_event *event,
		struct nbd_request *r)
{
	size_t used = 0;

	*event = s->state == ENDED ? NBD_END : NBD_MORE;
	while (used < n && *event == NBD_MORE) {
		uint8_t *into = s->state == OPTION_DATA ? s->data : s->head;
		size_t left = n - used, k = s->want - s->have;

		if (s->skip) {
			k = s->skip < left ? (size_t)s->skip : left;
			s->skip -= k;
			used += k;
			continue;
		}
		k = k < left ? k : left;
		memcpy(into + s->have, p + used, k);
		s->have += k;
		used += k;
		if (s->have == s->want && !take_whole(s, event, r)) {
			s->state = ENDED;
			*event = NBD_END;
		}
	}
	return used;
}
