// SPDX-License-Identifier: GPL-2.0-or-later
// From lz4 to gzip, which every kernel knows, piece by piece: only what is packed is in memory.
#include <stdlib.h>
#include <zlib.h>

#include "initrd/initrd.h"
#include "initrd/unpack.h"

#define PIECE (256 << 10)

struct packing {
	z_stream z;
	struct pieces p;
	void *state; // of what unpacks
	uint8_t plain[PIECE], packed[PIECE];
};

static int pack_piece(struct packing *k, size_t len, bool last, struct buf *out, struct err *e)
{
	k->z.next_in = k->plain;
	k->z.avail_in = (uInt)len;
	do {
		k->z.next_out = k->packed;
		k->z.avail_out = PIECE;
		if (deflate(&k->z, last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
			return err_set(e, 0, "initrd: pack by gzip: zlib refuses");
		buf_add(out, k->packed, PIECE - k->z.avail_out);
	} while (!k->z.avail_out);
	return 0;
}

static int pack_all(struct packing *k, struct buf *out, struct err *e)
{
	enum unpack_state s;

	do {
		k->p.out = k->plain;
		k->p.out_left = PIECE;
		s = unpack_lz4.run(k->state, &k->p);
		if (s == UNPACK_BROKEN)
			return err_set(e, 0, "initrd: unpack (lz4): its data are damaged");
		// all there is has been read: the end is that of the input
		if (pack_piece(k, PIECE - k->p.out_left, s == UNPACK_END, out, e))
			return -1;
	} while (s != UNPACK_END);
	return 0;
}

int initrd_pack_anew(const struct initrd *i, struct buf *file, struct err *e)
{
	size_t end = i->lz4_off + i->lz4_len;
	struct packing *k = mem_zero(1, sizeof *k);
	struct buf out BUF_AUTO = { 0 };
	int rc = -1;

	k->p.in = (const uint8_t *)buf_str(file) + i->lz4_off;
	k->p.in_left = i->lz4_len;
	buf_add(&out, buf_str(file), i->lz4_off);
	k->state = unpack_lz4.begin();
	// 16: gzip's header and end
	if (!k->state || deflateInit2(&k->z, 6, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY))
		err_set(e, ENOMEM, "initrd: pack by gzip");
	else
		rc = pack_all(k, &out, e);
	deflateEnd(&k->z);
	if (k->state)
		unpack_lz4.end(k->state);
	free(k);
	if (rc)
		return -1;
	// archives behind it begin at multiples of four
	buf_add(&out, "\0\0\0", (end - out.len) % 4);
	buf_add(&out, buf_str(file) + end, file->len - end);
	buf_free(file);
	*file = out;
	out = (struct buf){ 0 };
	return 0;
}
