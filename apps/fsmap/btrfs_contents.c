// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: the contents of a file, extent by extent. Checksums of data are not looked at: of two
// copies the first that can be read is taken.
#include <stdlib.h>
#include <string.h>

#include "fsmap/btrfs_file.h"

#define PIECE ((size_t)65536)
#define PACKED_MAX                                                                                 \
	((uint64_t)128 * KIB) // of an extent, packed and unpacked; also the kernel's limit

// Bytes of a logical range.
static int read_logical(struct btrfs_fs *x, uint64_t at, void *p, size_t len, struct err *e)
{
	const struct btrfs_chunk *c = btrfs_chunk_of(&x->b, at, len);

	if (len > x->budget)
		return err_set(e, 0, "its extents have no end");
	x->budget -= len;
	if (!c)
		return err_set(e, 0, "an extent lies outside of all chunks");
	for (size_t k = 0; c->linear && k < c->n; k++)
		if (!src_read(x->b.src, x->b.copies[c->first + k].physical + (at - c->logical), p,
			      len, e))
			return 0;
	if (!c->n || !c->linear)
		return err_set(e, 0, "some of it lies on another device of this btrfs");
	return -1;
}

static void zeros(struct buf *out, uint64_t n)
{
	static const uint8_t none[4096];

	for (uint64_t k; n; n -= k) {
		k = n < sizeof none ? n : sizeof none;
		buf_add(out, none, (size_t)k);
	}
}

static int plain(struct btrfs_fs *x, uint64_t at, uint64_t len, struct buf *out, struct err *e)
{
	uint8_t *p = mem_alloc(PIECE);
	int rc = 0;

	while (len && !rc) {
		size_t n = len < PIECE ? (size_t)len : PIECE;

		rc = read_logical(x, at, p, n, e);
		if (!rc)
			buf_add(out, p, n);
		at += n;
		len -= n;
	}
	free(p);
	return rc;
}

// Of all of an extent unpacked, len bytes from off on.
static int unpacked(struct btrfs_fs *x, const struct btrfs_extent *h, struct view in, uint64_t off,
		    uint64_t len, struct buf *out, struct err *e)
{
	uint64_t all = le64_get(h->bytes);
	uint8_t *p;
	bool ok;

	if (all > PACKED_MAX || off > all || len > all - off)
		return err_set(e, 0, "an extent makes no sense");
	p = mem_zero(1, (size_t)all + 1);
	ok = btrfs_unpack((enum btrfs_packing)h->packing, in, le32_get(x->b.super.sector), p,
			  (size_t)all);
	if (ok)
		buf_add(out, p + off, (size_t)len);
	free(p);
	return ok ? 0 : err_set(e, 0, "an extent cannot be unpacked");
}

// The data stands in the item.
static int inside(struct btrfs_fs *x, const struct btrfs_extent *h, struct view data, uint64_t max,
		  uint64_t *len, struct buf *out, struct err *e)
{
	struct view in = view_sub(data, sizeof *h, data.len);

	*len = le64_get(h->bytes) < max ? le64_get(h->bytes) : max;
	if (h->packing)
		return unpacked(x, h, in, 0, *len, out, e);
	if (*len > in.len)
		*len = in.len;
	buf_add(out, in.base, (size_t)*len);
	return 0;
}

static int placed(struct btrfs_fs *x, const struct btrfs_extent *h, struct view data, uint64_t max,
		  uint64_t *len, struct buf *out, struct err *e)
{
	const struct btrfs_extent_place *in = view_at(data, sizeof *h, sizeof *in);
	struct btrfs_extent_place f;
	uint64_t at, off;
	uint8_t *p;
	int rc;

	if (!in)
		return err_set(e, 0, "an extent is cut off");
	f = *in; // its block may be given up for another
	at = le64_get(f.at);
	off = le64_get(f.off);
	*len = le64_get(f.part) < max ? le64_get(f.part) : max;
	if (!at || h->type == 2) {
		zeros(out, *len);
		return 0;
	}
	if (off > UINT64_MAX - at)
		return err_set(e, 0, "an extent makes no sense");
	if (!h->packing)
		return plain(x, at + off, *len, out, e);
	if (le64_get(f.len) > PACKED_MAX)
		return err_set(e, 0, "an extent makes no sense");
	p = mem_alloc((size_t)le64_get(f.len) + 1);
	rc = read_logical(x, at, p, (size_t)le64_get(f.len), e);
	if (!rc)
		rc = unpacked(x, h, view_of(p, (size_t)le64_get(f.len)), off, *len, out, e);
	free(p);
	return rc;
}

// At most max bytes of an extent.
static int take(struct btrfs_fs *x, struct view data, uint64_t max, uint64_t *len, struct buf *out,
		struct err *e)
{
	const struct btrfs_extent *in = view_at(data, 0, sizeof *in);
	struct btrfs_extent h;

	if (!in)
		return err_set(e, 0, "an extent is cut off");
	h = *in;
	if (h.encryption || le16_get(h.encoding) || h.packing > BTRFS_ZSTD || h.type > 2)
		return err_set(e, 0, "an extent is of a kind that is not known here");
	return h.type ? placed(x, &h, data, max, len, out, e)
		      : inside(x, &h, data, max, len, out, e);
}

int btrfs_contents(struct btrfs_fs *x, const struct btrfs_root *tree, uint64_t inode, uint64_t max,
		   struct buf *out, struct err *e)
{
	struct btrfs_key key = { .object = inode, .type = BTRFS_FILE_EXTENT };
	uint64_t at = 0, len = 0;
	struct view data;
	int rc;

	// of a large extent a file may use a small part, many times
	x->budget += 8 * max;
	while (at < max) {
		rc = btrfs_next(x, tree, &key, &data, e);
		if (rc < 0)
			return -1;
		if (!rc || key.object != inode || key.type != BTRFS_FILE_EXTENT ||
		    key.offset >= max)
			break;
		if (key.offset < at)
			return err_set(e, 0, "its extents overlap");
		zeros(out, key.offset - at);
		at = key.offset;
		if (take(x, data, max - at, &len, out, e))
			return -1;
		at += len;
		key.offset++;
	}
	zeros(out, max - at);
	return 0;
}
