// SPDX-License-Identifier: GPL-2.0-or-later
// btrfs: chunks, that is, where logical addresses lie. The superblock holds those of the chunk
// tree, which holds all.
#include <stdlib.h>
#include <string.h>

#include "fsmap/btrfs.h"

struct chunk_item {
	le64 len, owner, stripe;   // 00  bytes
	le64 type;		   // 18
	uint8_t io[12];		   // 20
	le16 stripes, sub_stripes; // 2c
};
_Static_assert(sizeof(struct chunk_item) == 48, "btrfs chunk");
struct stripe {
	le64 device, at;
	uint8_t uuid[16];
};
_Static_assert(sizeof(struct stripe) == 32, "btrfs stripe");

enum { RAID0 = 8, RAID10 = 0x40, RAID5 = 0x80, RAID6 = 0x100, STRIPED = 0x1c8 };

// A disk of 16 TiB has some 20000.
#define MAX_CHUNKS (1u << 20)

struct reading {
	struct btrfs *b;
	struct btrfs_chunk *chunks;
	struct btrfs_copy *copies;
	size_t n_chunks, n_copies, room_chunks, room_copies;
	uint64_t bytes; // on this device
};

// Bytes of one stripe; 0 when that cannot be.
static uint64_t stripe_len(const struct chunk_item *c)
{
	uint64_t n = le16_get(c->stripes), sub = le16_get(c->sub_stripes), type = le64_get(c->type);

	if (type & RAID10)
		n = sub ? n / sub : 0;
	else if (type & RAID5)
		n = n > 1 ? n - 1 : 0;
	else if (type & RAID6)
		n = n > 2 ? n - 2 : 0;
	else if (!(type & RAID0))
		n = 1;
	return n && le64_get(c->len) % n == 0 ? le64_get(c->len) / n : 0;
}

static void *room_for(void *p, size_t n, size_t *room, size_t size)
{
	if (n < *room)
		return p;
	*room = *room ? 2 * *room : 16;
	return mem_grow(p, *room, size);
}

static int add_stripe(struct reading *r, uint64_t logical, uint64_t len, const struct stripe *s,
		      struct err *e)
{
	const struct btrfs_device_disk *own = &r->b->super.device;
	uint64_t at = le64_get(s->at);

	if (le64_get(s->device) != le64_get(own->id))
		return 0;
	if (memcmp(s->uuid, own->uuid, 16) != 0)
		return err_set(e, 0, "a chunk is on another device of the same number");
	if (at > le64_get(own->size) || len > le64_get(own->size) - at)
		return err_set(e, 0, "a chunk reaches beyond the end");
	r->copies = room_for(r->copies, r->n_copies, &r->room_copies, sizeof(*r->copies));
	r->copies[r->n_copies++] = (struct btrfs_copy){ logical, at, len };
	r->bytes += len;
	return 0;
}

// An item at the beginning of item. Returns its length in bytes, -1 when it makes no sense.
static int add_chunk(struct reading *r, const struct btrfs_key *k, struct view item, struct err *e)
{
	const struct chunk_item *c = view_at(item, 0, sizeof(*c));
	uint64_t each = c ? stripe_len(c) : 0;
	unsigned n = c ? le16_get(c->stripes) : 0;

	if (!each || n == 0 || le64_get(c->len) > UINT64_MAX - k->offset ||
	    !view_at(item, sizeof(*c), n * sizeof(struct stripe)))
		return err_set(e, 0, "a chunk makes no sense");
	if (r->n_chunks == MAX_CHUNKS || r->n_copies > 4 * MAX_CHUNKS)
		return err_set(e, 0, "too many chunks");
	r->chunks = room_for(r->chunks, r->n_chunks, &r->room_chunks, sizeof(*r->chunks));
	r->chunks[r->n_chunks] =
		(struct btrfs_chunk){ .logical = k->offset,
				      .len = le64_get(c->len),
				      .linear = !(le64_get(c->type) & STRIPED) || n == 1,
				      .stated = UINT64_MAX };
	for (unsigned i = 0; i < n; i++)
		if (add_stripe(r, k->offset, each,
			       view_at(item, sizeof(*c) + i * sizeof(struct stripe),
				       sizeof(struct stripe)),
			       e) < 0)
			return -1;
	r->n_chunks++;
	return (int)(sizeof(*c) + n * sizeof(struct stripe));
}

static int take_item(void *arg, const struct btrfs_key *k, struct view data, struct err *e)
{
	return k->type == BTRFS_CHUNK && add_chunk(arg, k, data, e) < 0 ? -1 : 0;
}

// The keys and items in the superblock, which follow each other without a gap and in no order.
static int read_super_chunks(struct reading *r, struct err *e)
{
	const struct btrfs_super *b = &r->b->super;
	struct view all = view_of(b->sys_chunks, sizeof(b->sys_chunks));

	if (le32_get(b->sys_chunks_len) > all.len)
		return err_set(e, 0, "superblock contradicts itself: chunks");
	all.len = le32_get(b->sys_chunks_len);
	for (size_t at = 0; at < all.len;) {
		const struct btrfs_key_disk *k = view_at(all, at, sizeof(*k));
		struct btrfs_key key = { 0 };
		int len;

		if (!k || k->type != BTRFS_CHUNK)
			return err_set(e, 0, "superblock contradicts itself: chunks");
		key.offset = le64_get(k->offset);
		at += sizeof(*k);
		len = add_chunk(r, &key, view_sub(all, at, all.len), e);
		if (len < 0)
			return -1;
		at += (size_t)len;
	}
	return 0;
}

static int by_chunk(const void *a, const void *b)
{
	const struct btrfs_chunk *x = a, *y = b;

	return x->logical < y->logical ? -1 : x->logical > y->logical;
}

static int by_copy(const void *a, const void *b)
{
	const struct btrfs_copy *x = a, *y = b;

	if (x->logical != y->logical)
		return x->logical < y->logical ? -1 : 1;
	return x->physical < y->physical ? -1 : x->physical > y->physical;
}

// Makes what was read that of the file system, in order.
static int install(struct reading *r, struct err *e)
{
	struct btrfs *b = r->b;
	size_t copy = 0;

	btrfs_close(b);
	b->chunks = r->chunks;
	b->n_chunks = r->n_chunks;
	b->copies = r->copies;
	b->n_copies = r->n_copies;
	if (b->n_chunks)
		qsort(b->chunks, b->n_chunks, sizeof(*b->chunks), by_chunk);
	if (b->n_copies)
		qsort(b->copies, b->n_copies, sizeof(*b->copies), by_copy);
	for (size_t k = 0; k < b->n_chunks; k++) {
		struct btrfs_chunk *c = &b->chunks[k];

		if (k + 1 < b->n_chunks && b->chunks[k + 1].logical - c->logical < c->len)
			return err_set(e, 0, "chunks overlap");
		c->first = copy;
		while (copy < b->n_copies && b->copies[copy].logical == c->logical)
			copy++;
		c->n = copy - c->first;
	}
	return 0;
}

int btrfs_read_chunks(struct btrfs *b, struct err *e)
{
	struct reading few = { .b = b }, all = { .b = b };
	struct btrfs_root root = { le64_get(b->super.chunk_root),
				   le64_get(b->super.chunk_root_generation),
				   b->super.chunk_root_level };
	struct btrfs_visit v = { .item = take_item, .arg = &all, .high = UINT64_MAX };
	int r = read_super_chunks(&few, e);

	if (install(&few, e) < 0 || r < 0)
		return -1;
	r = btrfs_walk(b, &root, &v, e);
	if (install(&all, e) < 0 || r < 0)
		return -1;
	if (all.bytes != le64_get(b->super.device.used))
		return err_set(e, 0, "chunks and superblock disagree on how much is allocated");
	return 0;
}

struct btrfs_chunk *btrfs_chunk_of(const struct btrfs *b, uint64_t logical, uint64_t len)
{
	size_t low = 0, high = b->n_chunks;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		struct btrfs_chunk *c = &b->chunks[middle];

		if (logical < c->logical)
			high = middle;
		else if (logical - c->logical >= c->len)
			low = middle + 1;
		else
			return len <= c->len - (logical - c->logical) ? c : NULL;
	}
	return NULL;
}
