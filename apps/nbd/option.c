// SPDX-License-Identifier: GPL-2.0-or-later
// The options of the handshake: what is there, what it is like, how to talk about it.
#include <string.h>

#include "base/endian.h"
#include "base/view.h"
#include "nbd/session.h"

#define REPLY_MAGIC 0x3e889045565a9u

enum {
	OPT_EXPORT_NAME = 1,
	OPT_ABORT = 2,
	OPT_LIST = 3,
	OPT_STARTTLS = 5,
	OPT_INFO = 6,
	OPT_GO = 7,
	OPT_STRUCTURED_REPLY = 8,
	OPT_LIST_META_CONTEXT = 9,
	OPT_SET_META_CONTEXT = 10,
};
enum { REP_ACK = 1, REP_SERVER = 2, REP_INFO = 3, REP_META_CONTEXT = 4 };
#define REP_ERR(n) (1u << 31 | (n))
enum { ERR_UNSUP = 1, ERR_POLICY = 2, ERR_INVALID = 3, ERR_UNKNOWN = 6, ERR_TOO_BIG = 9 };
enum { INFO_EXPORT = 0, INFO_NAME = 1, INFO_DESCRIPTION = 2, INFO_BLOCK_SIZE = 3 };

static const char allocation[] = "base:allocation";

static void reply(struct nbd_session *s, uint32_t type, uint32_t len)
{
	nbd_put64(s, REPLY_MAGIC);
	nbd_put32(s, s->option);
	nbd_put32(s, type);
	nbd_put32(s, len);
}

static bool refuse(struct nbd_session *s, uint32_t error, const char *text)
{
	reply(s, REP_ERR(error), (uint32_t)strlen(text));
	buf_puts(&s->out, text);
	return true;
}

uint16_t nbd_transmission_flags(const struct nbd_session *s)
{
	enum { HAS_FLAGS = 1, READ_ONLY = 2, SEND_DF = 128, CAN_MULTI_CONN = 256 };

	return HAS_FLAGS | READ_ONLY | CAN_MULTI_CONN | (s->structured ? SEND_DF : 0);
}

static bool is_ours(const struct nbd_session *s, struct view name)
{
	const char *own = s->export->name;

	return !name.len || (name.len == strlen(own) && !memcmp(name.base, own, name.len));
}

// A number at *at, which moves behind it.
static bool get16(struct view v, size_t *at, uint16_t *x)
{
	const be16 *p = view_at(v, *at, sizeof *p);

	if (p)
		*x = be16_get(*p);
	*at += sizeof *p;
	return p != NULL;
}

static bool get32(struct view v, size_t *at, uint32_t *x)
{
	const be32 *p = view_at(v, *at, sizeof *p);

	if (p)
		*x = be32_get(*p);
	*at += sizeof *p;
	return p != NULL;
}

// A text with its length in front.
static bool get_text(struct view v, size_t *at, struct view *text)
{
	uint32_t len;

	if (!get32(v, at, &len) || !view_at(v, *at, len))
		return false;
	*text = view_sub(v, *at, len);
	*at += len;
	return true;
}

static bool export_name(struct nbd_session *s, struct view data, bool *go)
{
	static const char zeroes[124];

	if (!is_ours(s, data))
		return false; // this option knows no other answer
	nbd_put64(s, s->export->size);
	nbd_put16(s, nbd_transmission_flags(s));
	if (!s->no_zeroes)
		buf_add(&s->out, zeroes, sizeof zeroes);
	*go = true;
	return true;
}

static bool list(struct nbd_session *s)
{
	const struct nbd_export *x = s->export;
	uint32_t name = (uint32_t)strlen(x->name), text = (uint32_t)strlen(x->text);

	if (s->option_len)
		return refuse(s, ERR_INVALID, "LIST takes no data");
	reply(s, REP_SERVER, 4 + name + text);
	nbd_put32(s, name);
	buf_puts(&s->out, x->name);
	buf_puts(&s->out, x->text);
	reply(s, REP_ACK, 0);
	return true;
}

static void info_text(struct nbd_session *s, uint16_t what, const char *text)
{
	reply(s, REP_INFO, (uint32_t)(2 + strlen(text)));
	nbd_put16(s, what);
	buf_puts(&s->out, text);
}

static void info_block_size(struct nbd_session *s)
{
	reply(s, REP_INFO, 14);
	nbd_put16(s, INFO_BLOCK_SIZE);
	nbd_put32(s, 1);
	nbd_put32(s, 4096);
	nbd_put32(s, NBD_READ_MAX);
}

static bool info(struct nbd_session *s, struct view data, bool *go)
{
	struct view name;
	uint16_t n, what;
	size_t at = 0;

	if (!get_text(data, &at, &name) || !get16(data, &at, &n) || data.len - at != 2u * n)
		return refuse(s, ERR_INVALID, "its length does not fit");
	if (!is_ours(s, name))
		return refuse(s, ERR_UNKNOWN, "there is no export of this name");
	reply(s, REP_INFO, 12);
	nbd_put16(s, INFO_EXPORT);
	nbd_put64(s, s->export->size);
	nbd_put16(s, nbd_transmission_flags(s));
	info_block_size(s);
	// a client that asks for one thing a thousand times is told a few times
	for (unsigned told = 0; told < 4 && get16(data, &at, &what);) {
		told += what == INFO_NAME || what == INFO_DESCRIPTION;
		if (what == INFO_NAME)
			info_text(s, INFO_NAME, s->export->name);
		if (what == INFO_DESCRIPTION)
			info_text(s, INFO_DESCRIPTION, s->export->text);
	}
	reply(s, REP_ACK, 0);
	*go = s->option == OPT_GO;
	return true;
}

static bool is_allocation(struct view query, bool listing)
{
	static const char all[] = "base:";
	size_t n = listing && query.len == sizeof all - 1 ? sizeof all - 1 : sizeof allocation - 1;

	return query.len == n && !memcmp(query.base, allocation, n);
}

static bool meta_context(struct nbd_session *s, struct view data)
{
	bool listing = s->option == OPT_LIST_META_CONTEXT, found;
	struct view name, query;
	uint32_t n;
	size_t at = 0;

	if (!s->structured)
		return refuse(s, ERR_INVALID, "structured replies come first");
	if (!get_text(data, &at, &name) || !get32(data, &at, &n))
		return refuse(s, ERR_INVALID, "its length does not fit");
	if (!is_ours(s, name))
		return refuse(s, ERR_UNKNOWN, "there is no export of this name");
	found = listing && !n;
	while (n--) {
		if (!get_text(data, &at, &query))
			return refuse(s, ERR_INVALID, "its length does not fit");
		found |= is_allocation(query, listing);
	}
	if (!listing)
		s->allocation = found;
	if (found) {
		reply(s, REP_META_CONTEXT, 4 + sizeof allocation - 1);
		nbd_put32(s, listing ? 0 : 1);
		buf_puts(&s->out, allocation);
	}
	reply(s, REP_ACK, 0);
	return true;
}

static bool structured(struct nbd_session *s)
{
	if (s->option_len)
		return refuse(s, ERR_INVALID, "STRUCTURED_REPLY takes no data");
	s->structured = true;
	reply(s, REP_ACK, 0);
	return true;
}

bool nbd_option(struct nbd_session *s, bool *go)
{
	bool whole = s->option_len <= sizeof s->data;
	struct view data = view_of(s->data, whole ? s->option_len : 0);

	if (s->option == OPT_EXPORT_NAME)
		return whole && export_name(s, data, go);
	if (!s->fixed) // such a client knows no other option and no answer
		return false;
	if (!whole)
		return refuse(s, ERR_TOO_BIG, "longer than 8 KiB");
	switch (s->option) {
	case OPT_ABORT: reply(s, REP_ACK, 0); return false;
	case OPT_LIST: return list(s);
	case OPT_INFO:
	case OPT_GO: return info(s, data, go);
	case OPT_STRUCTURED_REPLY: return structured(s);
	case OPT_LIST_META_CONTEXT:
	case OPT_SET_META_CONTEXT: return meta_context(s, data);
	case OPT_STARTTLS: return refuse(s, ERR_POLICY, "TLS is not offered");
	default: return refuse(s, ERR_UNSUP, "unknown option");
	}
}
