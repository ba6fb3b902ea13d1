// SPDX-License-Identifier: GPL-2.0-or-later
// One client's side of the NBD protocol (fixed newstyle, simple and structured replies, the context
// base:allocation), as a machine without I/O: bytes of the client go in, bytes for the client and
// requests come out. Nothing a client sends is trusted.
#ifndef NBD_SESSION_H
#define NBD_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define NBD_PORT "10809"
#define NBD_READ_MAX (4u << 20) // bytes of one request to read
#define NBD_OPTION_MAX 8192u	// bytes of one option that are looked at

struct nbd_export {
	char name[128]; // "" asks for it, too
	char text[200]; // for people
	uint64_t size;
};

// Numbers of the protocol.
enum nbd_type {
	NBD_CMD_READ = 0,
	NBD_CMD_WRITE = 1,
	NBD_CMD_DISC = 2,
	NBD_CMD_FLUSH = 3,
	NBD_CMD_TRIM = 4,
	NBD_CMD_CACHE = 5,
	NBD_CMD_WRITE_ZEROES = 6,
	NBD_CMD_BLOCK_STATUS = 7,
};
enum nbd_errno {
	NBD_EPERM = 1,
	NBD_EIO = 5,
	NBD_EINVAL = 22,
	NBD_EOVERFLOW = 75,
};
// Of a stretch in a reply to BLOCK_STATUS.
enum { NBD_DATA = 0, NBD_HOLE_ZERO = 3 };

struct nbd_request {
	uint16_t flags, type;
	uint64_t cookie, off;
	uint32_t len;
};

struct nbd_extent {
	uint32_t len, flags;
};

enum nbd_event {
	NBD_MORE,    // all bytes were taken
	NBD_REQUEST, // READ or BLOCK_STATUS, inside the export, to be answered
	NBD_END,     // the client went, or talks nonsense: send out, then hang up
};

struct nbd_session {
	const struct nbd_export *export;
	struct buf out; // for the client
	bool serving;	// the handshake is over
	bool structured, allocation;

	// its own
	int state;
	bool fixed, no_zeroes;
	unsigned options;
	uint32_t option, option_len;
	size_t have, want; // of the header or the option that is being gathered
	uint64_t skip;	   // bytes to be thrown away
	uint8_t head[28];
	uint8_t data[NBD_OPTION_MAX];
};

void nbd_session_begin(struct nbd_session *s, const struct nbd_export *export);
// Takes bytes up to the next event; returns how many.
size_t nbd_take(struct nbd_session *s, const uint8_t *p, size_t n, enum nbd_event *event,
		struct nbd_request *r);
void nbd_session_end(struct nbd_session *s);

// Answers. A READ is one nbd_reply_data (simple replies, or NBD_CMD_FLAG_DF), or pieces in any
// order of which one is the last. off, len: of the piece; the data follow behind out, from the
// caller.
bool nbd_wants_one(const struct nbd_session *s, const struct nbd_request *r);
void nbd_reply_data(struct nbd_session *s, const struct nbd_request *r, uint64_t off, uint32_t len,
		    bool last);
// The piece reads as zeros. Structured replies only.
void nbd_reply_hole(struct nbd_session *s, const struct nbd_request *r, uint64_t off, uint32_t len,
		    bool last);
// Ends the request, also after pieces of it.
void nbd_reply_error(struct nbd_session *s, const struct nbd_request *r, enum nbd_errno error,
		     const char *text);
// How many extents are wanted: 1, or as many as there are.
bool nbd_wants_one_extent(const struct nbd_request *r);
void nbd_reply_status(struct nbd_session *s, const struct nbd_request *r,
		      const struct nbd_extent *x, size_t n);

// option.c: one option of the handshake, whose data lie in s->data. False: hang up. *go: the
// handshake is over.
bool nbd_option(struct nbd_session *s, bool *go);
uint16_t nbd_transmission_flags(const struct nbd_session *s);

// For building messages in s->out, big-endian.
void nbd_put16(struct nbd_session *s, uint16_t x);
void nbd_put32(struct nbd_session *s, uint32_t x);
void nbd_put64(struct nbd_session *s, uint64_t x);

#endif
