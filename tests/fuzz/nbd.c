// SPDX-License-Identifier: GPL-2.0-or-later
// A client of the NBD server that says anything. The first byte tells in what pieces it arrives;
// what is answered must hold together: every answer has its magic number and its length.
#include <stdlib.h>

#include "base/endian.h"
#include "base/view.h"
#include "nbd/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define OPTION_REPLY 0x3e889045565a9u
#define SIMPLE 0x67446698u
#define CHUNK 0x668e33efu

static uint32_t at32(struct view v, size_t at)
{
	const be32 *p = view_at(v, at, sizeof *p);

	if (!p)
		abort();
	return be32_get(*p);
}

// Takes whole answers off; structured ones carry a length.
static void judge(struct nbd_session *s, bool was_serving)
{
	struct view v = view_of(buf_str(&s->out), s->out.len);
	size_t at = 0;

	while (!was_serving && at < v.len) {
		const be64 *magic = view_at(v, at, sizeof *magic);

		if (!magic || be64_get(*magic) != OPTION_REPLY)
			break; // the greeting, or the answer to EXPORT_NAME, which has no head
		at += 20 + (size_t)at32(v, at + 16);
		if (at > v.len)
			abort();
	}
	while (was_serving && at < v.len) {
		uint32_t magic = at32(v, at);

		if (magic != CHUNK && magic != SIMPLE)
			abort();
		at += magic == CHUNK ? 20 + (size_t)at32(v, at + 16) : 16;
		if (at > v.len)
			abort();
	}
	buf_clear(&s->out);
}

static void answer(struct nbd_session *s, const struct nbd_request *r)
{
	static const struct nbd_extent x[] = { { 512, NBD_DATA }, { 512, NBD_HOLE_ZERO } };

	if (!r->len || r->off > s->export->size || r->len > s->export->size - r->off)
		abort();
	if (r->type == NBD_CMD_BLOCK_STATUS)
		nbd_reply_status(s, r, x, nbd_wants_one_extent(r) ? 1 : 2);
	else if (r->type != NBD_CMD_READ || r->len > NBD_READ_MAX)
		abort();
	else if (r->off & 1 || nbd_wants_one(s, r))
		nbd_reply_error(s, r, NBD_EIO, "no");
	else
		nbd_reply_hole(s, r, r->off, r->len, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static const struct nbd_export export = { "disk", "for people", 1 << 30 };
	static struct nbd_session s;
	size_t step = len ? data[0] + 1u : 1, at = 1;
	enum nbd_event event = NBD_MORE;
	struct nbd_request r;

	nbd_session_begin(&s, &export);
	while (at < len && event != NBD_END) {
		size_t n = len - at < step ? len - at : step;
		bool serving = s.serving;
		size_t k = nbd_take(&s, data + at, n, &event, &r);

		if (k > n || (!k && event == NBD_MORE))
			abort();
		at += k;
		if (event == NBD_REQUEST)
			answer(&s, &r);
		if (serving || !s.serving)
			judge(&s, serving);
		else
			buf_clear(&s.out);
	}
	nbd_session_end(&s);
	return 0;
}
