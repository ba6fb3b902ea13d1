// SPDX-License-Identifier: GPL-2.0-or-later
// Which clusters of an exFAT file system are in use: its allocation bitmap, which the root
// directory names.
//
// The FAT says nothing about it: a file in one piece has no entries there, and those of deleted
// files stay. After a crash a directory may already name a file whose clusters the bitmap calls
// free, and a checker would give them to that file: so a file system that was not unmounted is
// copied whole.
#include "fsmap/exfat.h"

#include <string.h>

#include "fsmap/used.h"

#define WINDOW 16384u
#define MAX_ROOT (256 * MIB)  // as the specification says
#define MAX_TABLE (512 * MIB) // a bit for each of 2^32 clusters
#define COUNT_LIMIT MIB	      // bytes of bitmap that a survey reads

enum { ENTRY_BITMAP = 0x81, ENTRY_UPCASE = 0x82 };

struct exfat_entry {
	uint8_t type;	  // 00  0: the end of the directory
	uint8_t flags;	  // 01  of a bitmap, bit 0: it belongs to the second FAT
	uint8_t rest[18]; // 02
	le32 first;	  // 14  cluster
	le64 len;	  // 18  bytes
};
_Static_assert(sizeof(struct exfat_entry) == 32, "exFAT directory entry");

struct walk {
	struct src *src;
	const struct exfat_shape *g;
	uint32_t cluster; // where it is, 0 at the end
	uint64_t steps;	  // it still may take
};

static bool valid(const struct exfat_shape *g, uint32_t cluster)
{
	return cluster >= 2 && cluster - 2 < g->clusters;
}

// To the next cluster of the chain. -1: its entry is unreadable, leads nowhere or in a circle.
static int next(struct walk *w)
{
	uint64_t fat = w->g->fat + w->g->active * w->g->fat_len;
	le32 entry;

	if (src_read(w->src, fat + (uint64_t)w->cluster * sizeof(entry), &entry, sizeof(entry),
		     NULL) < 0)
		return -1;
	w->cluster = le32_get(entry);
	if (w->cluster == 0xffffffff)
		w->cluster = 0;
	else if (!valid(w->g, w->cluster) || w->steps-- == 0)
		return -1;
	return 0;
}

static struct walk walk_begin(struct src *s, const struct exfat_shape *g, uint32_t cluster,
			      uint64_t most)
{
	uint64_t steps = most / g->cluster + 1;

	return (struct walk){ s, g, cluster, steps < g->clusters ? steps : g->clusters };
}

// What the root directory holds besides files.
struct tables {
	struct exfat_entry t[3]; // the bitmaps, then the table of capitals
	int bitmaps, n;
};

static void take(struct tables *t, const struct exfat_entry *entry)
{
	if (t->n == 3)
		return;
	if (entry->type == ENTRY_UPCASE)
		t->t[t->n++] = *entry;
	if (entry->type == ENTRY_BITMAP && t->bitmaps < 2) {
		memmove(t->t + 1, t->t, 2 * sizeof(*t->t));
		t->t[0] = *entry;
		t->bitmaps++;
		t->n++;
	}
}

// -1: the directory cannot be read to its end.
static int read_root(struct src *s, const struct exfat_shape *g, struct tables *t)
{
	struct walk w = walk_begin(s, g, g->root, MAX_ROOT);
	struct exfat_entry piece[16];

	*t = (struct tables){ 0 };
	while (w.cluster) {
		uint64_t at = exfat_place(g, w.cluster);

		for (uint32_t off = 0; off < g->cluster; off += (uint32_t)sizeof(piece)) {
			if (src_read(s, at + off, piece, sizeof(piece), NULL) < 0)
				return -1;
			for (size_t k = 0; k < sizeof(piece) / sizeof(*piece); k++) {
				if (piece[k].type == 0)
					return 0;
				take(t, &piece[k]);
			}
		}
		if (next(&w) < 0)
			return -1;
	}
	return 0;
}

// Calls each for the bits of one bitmap, piece by piece: n of them, from cluster `first` on; bits
// is NULL where they are unreadable. -1: the chain of the bitmap ends too early.
static int read_bitmap(struct src *s, const struct exfat_shape *g, const struct exfat_entry *b,
		       void (*each)(void *arg, uint32_t first, const uint8_t *bits, uint64_t n),
		       void *arg)
{
	uint64_t len = (g->clusters + 7) / 8, at = 0;
	struct walk w = walk_begin(s, g, le32_get(b->first), len);
	uint8_t piece[WINDOW];

	if (!valid(g, w.cluster) || le64_get(b->len) < len)
		return -1;
	while (at < len) {
		for (uint32_t off = 0; off < g->cluster && at < len; off += WINDOW) {
			uint64_t room = g->cluster - off < WINDOW ? g->cluster - off : WINDOW;
			size_t want = len - at < room ? len - at : room;
			uint64_t bits = g->clusters - at * 8;

			if (bits > want * 8)
				bits = want * 8;
			bool bad = src_read(s, exfat_place(g, w.cluster) + off, piece, want, NULL);

			each(arg, (uint32_t)(at * 8) + 2, bad ? NULL : piece, bits);
			at += want;
		}
		if (at < len && (next(&w) < 0 || w.cluster == 0))
			return -1;
	}
	return 0;
}

struct drawing {
	const struct exfat_shape *g;
	struct map *m;
	uint64_t unread; // clusters
};

static void draw(void *arg, uint32_t first, const uint8_t *bits, uint64_t n)
{
	struct drawing *d = arg;
	uint64_t at = exfat_place(d->g, first);

	if (bits) {
		used_bits(d->m, at, d->g->cluster, bits, n);
		return;
	}
	used_add(d->m, at, n * d->g->cluster);
	d->unread += n;
}

// The clusters of a chain that must be there whatever the bitmap says. How many it called free.
static uint64_t keep_chain(struct src *s, const struct exfat_shape *g, uint32_t first,
			   uint64_t most, struct map *m)
{
	struct walk w = walk_begin(s, g, first, most);
	uint64_t found = 0;

	do {
		uint64_t at = exfat_place(g, w.cluster);

		found += map_at(m, at) != MAP_DONE;
		used_add(m, at, g->cluster);
	} while (next(&w) == 0 && w.cluster);
	return found;
}

int exfat_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct exfat_shape g;
	struct tables t;
	struct drawing d = { &g, m, 0 };
	struct doubt doubt = { 0 };
	uint64_t end, freed;
	const char *absurd;

	if (exfat_measure(s, &g, e) != 1)
		return err_set(e, 0, "%s: not exFAT", s->name);
	absurd = exfat_absurd(s, &g);
	if (absurd)
		return err_set(e, 0, "exFAT boot sector contradicts itself: %s", absurd);
	if (!g.clean || g.failed)
		return err_set(e, 0, "exFAT that was %s",
			       g.failed ? "found failing" : "not unmounted cleanly");
	if (read_root(s, &g, &t) < 0)
		return err_set(e, 0, "the root directory of exFAT is damaged");
	if (t.bitmaps == 0)
		return err_set(e, 0, "the root directory of exFAT names no allocation bitmap");
	for (int k = 0; k < t.n; k++)
		if (le64_get(t.t[k].len) > MAX_TABLE)
			return err_set(e, 0, "a table of exFAT has %llu bytes",
				       (unsigned long long)le64_get(t.t[k].len));
	// Boot sectors and FATs; behind the last cluster lies what we do not know.
	used_add(m, 0, g.heap);
	end = g.heap + g.clusters * g.cluster;
	used_add(m, end, s->size - end);
	for (int k = 0; k < t.bitmaps; k++)
		if (read_bitmap(s, &g, &t.t[k], draw, &d) < 0)
			return err_set(e, 0, "the allocation bitmap of exFAT is damaged");
	if (d.unread)
		used_doubt(&doubt, d.unread * g.cluster, "a part of the bitmap is unreadable");
	freed = keep_chain(s, &g, g.root, MAX_ROOT, m);
	for (int k = 0; k < t.n; k++)
		if (valid(&g, le32_get(t.t[k].first)))
			freed += keep_chain(s, &g, le32_get(t.t[k].first), le64_get(t.t[k].len), m);
	if (freed)
		used_doubt(&doubt, freed * g.cluster, "the bitmap calls tables free");
	used_tell(&doubt, why, why_size);
	return 0;
}

struct counting {
	uint64_t used; // clusters
	bool unread;
};

static void count(void *arg, uint32_t first, const uint8_t *bits, uint64_t n)
{
	struct counting *c = arg;

	(void)first;
	c->unread |= !bits;
	for (uint64_t k = 0; bits && k < n; k++)
		c->used += used_bit(bits, k);
}

uint64_t exfat_count(struct src *s, const struct exfat_shape *g)
{
	struct counting c = { 0 };
	struct tables t;

	if (g->clusters / 8 > COUNT_LIMIT || read_root(s, g, &t) < 0 || t.bitmaps == 0 ||
	    read_bitmap(s, g, &t.t[0], count, &c) < 0 || c.unread)
		return UINT64_MAX;
	return g->heap + c.used * g->cluster;
}
