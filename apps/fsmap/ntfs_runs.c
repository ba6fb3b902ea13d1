// SPDX-License-Identifier: GPL-2.0-or-later
// Where a record of the master file table says that its file lies: the runs of its attributes
// (kernel: fs/ntfs3/ntfs.h, struct ATTRIB, and run_unpack).
#include "fsmap/ntfs.h"

#include <string.h>

#include "base/endian.h"
#include "base/view.h"

struct record {
	uint8_t id[4];	     // 00  "FILE"
	uint8_t between[16]; // 04
	le16 attributes;     // 14  offset of the first
	le16 flags;	     // 16  bit 0: in use
	uint8_t more[16];    // 18
};

struct attribute {
	le32 type;	     // 00  ffffffff ends the list
	le32 len;	     // 04
	uint8_t far;	     // 08  1: its contents lie in runs
	uint8_t between[23]; // 09
	le16 runs;	     // 20  offset
};

// A little-endian number of n bytes.
static uint64_t number(const uint8_t *p, unsigned n, bool is_signed)
{
	uint64_t x = is_signed && n > 0 && (p[n - 1] & 0x80) ? UINT64_MAX : 0;

	while (n-- > 0)
		x = x << 8 | p[n];
	return x;
}

// A run is a byte with the widths of two numbers and then these: how many clusters, and how far
// they lie from the run before. Without the second it is a hole.
static void unpack(struct view v, uint32_t type,
		   void (*each)(void *arg, uint32_t type, uint64_t cluster, uint64_t n), void *arg)
{
	uint64_t cluster = 0, at = 0;
	const uint8_t *p;

	while ((p = view_at(v, at, 1)) && *p) {
		unsigned count_width = *p & 15, far_width = *p >> 4;
		uint64_t count;

		p = view_at(v, at + 1, count_width + far_width);
		if (!p || count_width > 8 || far_width > 8)
			return;
		count = number(p, count_width, false);
		if (far_width > 0) {
			cluster += number(p + count_width, far_width, true);
			each(arg, type, cluster, count);
		}
		at += 1 + count_width + far_width;
	}
}

void ntfs_record_runs(const uint8_t *rec, size_t size,
		      void (*each)(void *arg, uint32_t type, uint64_t cluster, uint64_t n),
		      void *arg)
{
	struct view v = view_of(rec, size);
	struct record h;
	struct attribute a;
	const void *p = view_at(v, 0, sizeof(h));

	if (!p)
		return;
	memcpy(&h, p, sizeof(h));
	if (memcmp(h.id, "FILE", 4) != 0 || !(le16_get(h.flags) & 1))
		return;
	for (uint64_t off = le16_get(h.attributes); (p = view_at(v, off, sizeof(a)));
	     off += le32_get(a.len)) {
		memcpy(&a, p, sizeof(a));
		if (le32_get(a.type) == 0xffffffff || le32_get(a.len) < 24)
			return;
		struct view own = view_sub(v, off, le32_get(a.len));

		if (a.far && le16_get(a.runs) < own.len)
			unpack(view_sub(own, le16_get(a.runs), own.len), le32_get(a.type), each,
			       arg);
	}
}
