// SPDX-License-Identifier: GPL-2.0-or-later
// Inside raid/: what the superblock versions share.
#ifndef RAID_SUPER_H
#define RAID_SUPER_H

#include "base/endian.h"
#include "raid/raid.h"

#define MD_MAGIC 0xa92b4efcu
#define MD_SUPER_LEN 4096u

// Reads a superblock whose first word is md's magic, in either byte order. 1; 0: there is none; -1.
// Other things lie where it would: what of them cannot be read behind the first sector is no reason
// not to know that.
int raid_load(struct src *s, uint64_t off, void *super, size_t len, struct err *e);

// Sum of little-endian words, folded once; what both generations call a checksum (a last half word
// counts).
uint32_t raid_checksum(const uint8_t *p, size_t len);

// Length in bytes of the write-intent bitmap at off, 0 when there is none.
uint64_t raid_bitmap_len(struct src *s, uint64_t off);

// Puts [off, off + len) into r, less what lies beyond s or in the data of m. Returns 1 when
// something is left.
unsigned raid_range(const struct src *s, const struct raid_member *m, uint64_t off, uint64_t len,
		    struct range *r);

#endif
