// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: unpacking an extent. What it yields less than its length is zero.
#include <lzo/lzo1x.h>
#include <zlib.h>
#include <zstd.h>

#include "fsmap/btrfs_file.h"

static bool unzlib(struct view in, uint8_t *p, size_t n)
{
	z_stream z = { .next_in = (Bytef *)(uintptr_t)in.base,
		       .avail_in = (uInt)in.len,
		       .next_out = p,
		       .avail_out = (uInt)n };
	int rc;

	if (inflateInit(&z) != Z_OK)
		return false;
	rc = inflate(&z, Z_FINISH);
	inflateEnd(&z);
	// all that is wanted may be there before its end has been seen
	return rc == Z_STREAM_END || (rc == Z_BUF_ERROR && !z.avail_out);
}

// Behind the frame there may be anything, up to the end of the sector.
static bool unzstd(struct view in, uint8_t *p, size_t n)
{
	size_t len = ZSTD_findFrameCompressedSize(in.base, in.len);

	return !ZSTD_isError(len) && !ZSTD_isError(ZSTD_decompress(p, n, in.base, len));
}

// The length of all, then pieces that are a sector each when unpacked: their length, and the data.
// A length never lies across a sector's end.
static bool unlzo(struct view in, uint32_t sector, uint8_t *p, size_t n)
{
	const le32 *head = view_at(in, 0, sizeof *head);
	size_t at = sizeof *head, done = 0;

	if (!head || le32_get(*head) > in.len)
		return false;
	in.len = le32_get(*head);
	while (at < in.len && done < n) {
		lzo_uint got = sector < n - done ? sector : n - done;
		const void *piece;

		if (sector - at % sector < sizeof *head)
			at += sector - at % sector;
		head = view_at(in, at, sizeof *head);
		piece = head ? view_at(in, at + sizeof *head, le32_get(*head)) : NULL;
		if (!piece ||
		    lzo1x_decompress_safe(piece, le32_get(*head), p + done, &got, NULL) != LZO_E_OK)
			return false;
		at += sizeof *head + le32_get(*head);
		done += got;
	}
	return true;
}

bool btrfs_unpack(enum btrfs_packing how, struct view packed, uint32_t sector, uint8_t *p, size_t n)
{
	switch (how) {
	case BTRFS_ZLIB: return unzlib(packed, p, n);
	case BTRFS_LZO: return unlzo(packed, sector, p, n);
	case BTRFS_ZSTD: return unzstd(packed, p, n);
	default: return false;
	}
}
