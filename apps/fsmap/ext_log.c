// SPDX-License-Identifier: GPL-2.0-or-later
// The journal of ext3 and ext4 (kernel: Documentation/filesystems/ext4/journal.rst; big-endian).
//
// It is a ring of transactions. Each begins with a descriptor block, whose tags name the places of
// the blocks that follow it; more descriptors and lists of revoked blocks may come; a commit block
// ends it. Reading follows a replay as far as this could possibly go: checksums, which can end a
// replay early, are not asked, and revoked blocks are not left out. Both make the answer only
// larger.
#include "fsmap/ext_log.h"

#include <stdlib.h>
#include <string.h>

#define BUDGET (64 * MIB)	// bytes to be read for finding the journal
#define MAX_PIECES (1u << 16)	// of the journal
#define MAX_VERSIONS (1u << 20) // a journal of 4 GiB is full of them

enum { DESCRIPTOR = 1, COMMIT = 2, SUPER_1 = 3, SUPER_2 = 4, REVOKED = 5 };
enum { INCOMPAT_64BIT = 2, INCOMPAT_CSUM_2 = 8, INCOMPAT_CSUM_3 = 0x10, INCOMPAT_KNOWN = 0x1f };
enum { TAG_ESCAPED = 1, TAG_SAME_UUID = 2, TAG_LAST = 8 };

static const uint8_t log_magic[4] = { 0xc0, 0x3b, 0x39, 0x98 };

struct log_head {
	uint8_t magic[4]; // 00
	be32 type;	  // 04
	be32 sequence;	  // 08
};

struct log_super {
	struct log_head head;
	be32 block;	// 0c  bytes
	be32 blocks;	// 10
	be32 first;	// 14  block of the ring
	be32 sequence;	// 18  of the oldest transaction
	be32 start;	// 1c  its block; 0: nothing to replay
	be32 error;	// 20
	be32 compat;	// 24  this and the rest: SUPER_2
	be32 incompat;	// 28
	be32 ro_compat; // 2c
};
_Static_assert(sizeof(struct log_super) == 0x30, "journal superblock");

struct ring {
	struct ext_log *l;
	uint32_t first, blocks, at, sequence, incompat;
	uint32_t steps; // blocks it may still go
	size_t committed;
};

static int take_block(ext2_filsys fs, blk64_t *block, e2_blkcnt_t index, blk64_t ref, int off,
		      void *arg)
{
	struct ext_log *l = arg;
	struct ext_piece *last = l->n_pieces ? &l->pieces[l->n_pieces - 1] : NULL;

	(void)fs;
	(void)ref;
	(void)off;
	// Holes are nothing that a journal has.
	if (index != (last ? (e2_blkcnt_t)last->first + last->n : 0) || index >= UINT32_MAX)
		return BLOCK_ABORT;
	if (last && last->block + last->n == *block) {
		last->n++;
		return 0;
	}
	if (l->n_pieces == MAX_PIECES)
		return BLOCK_ABORT;
	if ((l->n_pieces & (l->n_pieces - 1)) == 0)
		l->pieces =
			mem_grow(l->pieces, l->n_pieces ? l->n_pieces * 2 : 1, sizeof(*l->pieces));
	l->pieces[l->n_pieces++] = (struct ext_piece){ (uint32_t)index, 1, *block };
	return 0;
}

static bool read_block(const struct ext_log *l, uint32_t at, void *p)
{
	size_t lo = 0, hi = l->n_pieces;

	while (hi - lo > 1) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->pieces[mid].first <= at)
			lo = mid;
		else
			hi = mid;
	}
	if (lo >= l->n_pieces || at - l->pieces[lo].first >= l->pieces[lo].n)
		return false;
	uint64_t block = l->pieces[lo].block + (at - l->pieces[lo].first);

	return block <= UINT64_MAX / l->block &&
	       src_read(l->src, block * l->block, p, l->block, NULL) == 0;
}

static void forward(struct ring *r)
{
	r->steps--;
	if (++r->at == r->blocks)
		r->at = r->first;
}

static size_t tag_size(uint32_t incompat)
{
	if (incompat & INCOMPAT_CSUM_3)
		return 16;
	return 8u + (incompat & INCOMPAT_CSUM_2 ? 2 : 0) + (incompat & INCOMPAT_64BIT ? 4 : 0);
}

static void add(struct ring *r, uint64_t block, bool escaped)
{
	struct ext_log *l = r->l;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 1024;
		l->v = mem_grow(l->v, l->cap, sizeof(*l->v));
	}
	l->v[l->n] = (struct ext_version){ block, (uint32_t)l->n, r->at, escaped };
	l->n++;
}

// The tags of a descriptor block: number, flags, and what depends on the features: the upper half
// of the number, checksums. The last has a flag that says so. False: too many.
static bool take_tags(struct ring *r, struct view v)
{
	size_t size = tag_size(r->incompat);
	uint64_t off = sizeof(struct log_head);
	uint32_t flags = 0;
	const uint8_t *p;

	if (r->incompat & (INCOMPAT_CSUM_2 | INCOMPAT_CSUM_3))
		v.len -= sizeof(be32);
	while (!(flags & TAG_LAST) && (p = view_at(v, off, size)) && r->steps > 0) {
		be32 low, high = { { 0 } };
		be16 flags16;

		memcpy(&low, p, sizeof(low));
		memcpy(&flags16, p + 6, sizeof(flags16));
		if (r->incompat & INCOMPAT_64BIT)
			memcpy(&high, p + 8, sizeof(high));
		// Where the flags have 32 bits, with the third kind of checksum, the upper half is
		// not in use.
		flags = be16_get(flags16);
		if (r->l->n == MAX_VERSIONS)
			return false;
		add(r, (uint64_t)be32_get(high) << 32 | be32_get(low), (flags & TAG_ESCAPED) != 0);
		forward(r);
		off += size + (flags & TAG_SAME_UUID ? 0 : 16);
	}
	return true;
}

// From transaction to transaction, until the next one is not there. NULL or what is wrong.
static const char *walk(struct ring *r, uint8_t *buf)
{
	struct log_head h;

	while (r->steps > 0) {
		if (!read_block(r->l, r->at, buf))
			return "is unreadable";
		memcpy(&h, buf, sizeof(h));
		if (memcmp(h.magic, log_magic, 4) != 0 || be32_get(h.sequence) != r->sequence)
			break;
		uint32_t type = be32_get(h.type);

		if (type != DESCRIPTOR && type != COMMIT && type != REVOKED)
			break;
		forward(r);
		if (type == DESCRIPTOR && !take_tags(r, view_of(buf, r->l->block)))
			return "is too long";
		if (type == COMMIT) {
			r->sequence++;
			r->committed = r->l->n;
		}
	}
	// The last transaction may have no end; then it is not replayed.
	r->l->n = r->committed;
	return NULL;
}

static int by_block(const void *a, const void *b)
{
	const struct ext_version *x = a, *y = b;

	if (x->block != y->block)
		return x->block < y->block ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static const char *read_log(struct ext_log *l, uint8_t *buf)
{
	struct log_super s;
	struct ring r = { .l = l };
	uint32_t mapped;

	if (l->n_pieces == 0 || !read_block(l, 0, buf))
		return "is unreadable";
	mapped = l->pieces[l->n_pieces - 1].first + l->pieces[l->n_pieces - 1].n;
	memcpy(&s, buf, sizeof(s));
	uint32_t type = be32_get(s.head.type);

	if (memcmp(s.head.magic, log_magic, 4) != 0 || (type != SUPER_1 && type != SUPER_2))
		return "has no superblock";
	r.first = be32_get(s.first);
	r.blocks = be32_get(s.blocks);
	r.at = be32_get(s.start);
	r.sequence = be32_get(s.sequence);
	r.incompat = type == SUPER_2 ? be32_get(s.incompat) : 0;
	if (be32_get(s.block) != l->block || r.blocks > mapped || r.first < 1 ||
	    r.first >= r.blocks || (r.at != 0 && (r.at < r.first || r.at >= r.blocks)))
		return "contradicts itself";
	if (r.incompat & ~(uint32_t)INCOMPAT_KNOWN)
		return "has features that are not known here";
	if (r.at == 0)
		return NULL;
	r.steps = r.blocks - r.first;
	const char *wrong = walk(&r, buf);

	if (l->n > 0)
		qsort(l->v, l->n, sizeof(*l->v), by_block);
	return wrong;
}

int ext_log_read(ext2_filsys fs, struct ext_io *io, struct ext_log *l, struct err *e)
{
	const char *wrong = "cannot be found";
	errcode_t code;

	*l = (struct ext_log){ .src = io->src, .block = fs->blocksize };
	if (!ext2fs_has_feature_journal(fs->super))
		return 0;
	if (fs->super->s_journal_inum == 0)
		return err_set(e, 0, "its journal lies on another device");
	io->budget = BUDGET;
	code = ext2fs_block_iterate3(fs, fs->super->s_journal_inum,
				     BLOCK_FLAG_READ_ONLY | BLOCK_FLAG_DATA_ONLY, NULL, take_block,
				     l);
	io->budget = UINT64_MAX;
	if (!code) {
		uint8_t *buf = mem_alloc(l->block);

		wrong = read_log(l, buf);
		free(buf);
	}
	return wrong ? err_set(e, 0, "its journal %s", wrong) : 0;
}

void ext_log_free(struct ext_log *l)
{
	free(l->pieces);
	free(l->v);
	*l = (struct ext_log){ 0 };
}

size_t ext_log_find(const struct ext_log *l, uint64_t block, size_t *first)
{
	size_t lo = 0, hi = l->n, end;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (l->v[mid].block < block)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (end = lo; end < l->n && l->v[end].block == block; end++)
		;
	*first = lo;
	return end - lo;
}

bool ext_log_load(const struct ext_log *l, size_t k, void *p)
{
	if (!read_block(l, l->v[k].at, p))
		return false;
	if (l->v[k].escaped)
		memcpy(p, log_magic, sizeof(log_magic));
	return true;
}
