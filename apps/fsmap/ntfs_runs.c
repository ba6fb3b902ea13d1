// SPDX-License-Identifier: GPL-2.0-or-later
// Where a record of the master file table says that its file lies: the runs of its attributes
// (kernel: fs/ntfs3/ntfs.h, struct ATTRIB, and run_unpack).
#include "fsmap/ntfs.h"

#include <stddef.h>
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
	uint8_t name[3];     // 09
	le16 flags;	     // 0c  low byte: compressed
	le16 number;	     // 0e
	le64 first, last;    // 10  clusters of the attribute that this part is for
	le16 runs;	     // 20  offset
	uint8_t between[14]; // 22
	le64 size;	     // 30  bytes, in the first part
};
enum { LEAST = 0x22 }; // bytes of one, as far as its runs are concerned
_Static_assert(offsetof(struct attribute, size) == 0x30, "NTFS attribute");

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
static void unpack(struct view v, struct ntfs_run *run,
		   void (*each)(void *arg, const struct ntfs_run *run), void *arg)
{
	uint64_t at = 0;
	const uint8_t *p;

	while ((p = view_at(v, at, 1)) && *p) {
		unsigned count_width = *p & 15, far_width = *p >> 4;

		p = view_at(v, at + 1, count_width + far_width);
		if (!p || count_width > 8 || far_width > 8)
			return;
		run->n = number(p, count_width, false);
		if (far_width > 0) {
			run->cluster += number(p + count_width, far_width, true);
			each(arg, run);
		}
		run->at += run->n;
		at += 1 + count_width + far_width;
	}
}

// What is known of an attribute before its runs are read.
static struct ntfs_run begin(struct view own)
{
	struct attribute a;
	size_t there = own.len < sizeof(a) ? own.len : sizeof(a);

	memset(&a, 0, sizeof(a));
	memcpy(&a, own.base, there);
	return (struct ntfs_run){
		.type = le32_get(a.type),
		.packed = (le16_get(a.flags) & 0xff) != 0,
		.at = le64_get(a.first),
		.size = there == sizeof(a) && le64_get(a.first) == 0 ? le64_get(a.size)
								     : UINT64_MAX,
	};
}

void ntfs_record_runs(const uint8_t *rec, size_t size,
		      void (*each)(void *arg, const struct ntfs_run *run), void *arg)
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
	for (uint64_t off = le16_get(h.attributes); (p = view_at(v, off, LEAST));
	     off += le32_get(a.len)) {
		memcpy(&a, p, LEAST);
		if (le32_get(a.type) == 0xffffffff || le32_get(a.len) < 24)
			return;
		struct view own = view_sub(v, off, le32_get(a.len));
		struct ntfs_run run = begin(own);

		if (a.far && le16_get(a.runs) < own.len)
			unpack(view_sub(own, le16_get(a.runs), own.len), &run, each, arg);
	}
}
