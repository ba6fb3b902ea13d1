// SPDX-License-Identifier: GPL-2.0-or-later
// Which clusters of a FAT file system are in use: those with an entry in any of its FATs, and those
// that such an entry leads to.
//
// There is no second record of what is in use that could contradict the FAT: for a driver and a
// checker a cluster without an entry belongs to no file, even after a crash. So a FAT is believed
// whether it was unmounted or not; of two that differ both are, because which of them the next
// driver takes is not known.
#include "fsmap/fat.h"

#include <stdlib.h>
#include <string.h>

#include "fsmap/used.h"

#define WINDOW (48 * 1024u) // a whole number of entries of 12, 16 and 32 bits
#define MOST (WINDOW / 3 * 2)
#define COUNT_LIMIT (256 * 1024u) // bytes of FAT that a survey reads

struct fats {
	struct src *src;
	struct fat_shape g;
	uint32_t first, n; // the clusters whose entries are here
	bool unreadable;   // one of the FATs is, here
	uint32_t entry[2][MOST];
	uint8_t raw[WINDOW + 1];
};

static uint32_t get(const uint8_t *p, uint32_t k, int bits)
{
	p += (uint64_t)k * (unsigned)bits / 8;
	if (bits == 32)
		return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 |
		       (uint32_t)(p[3] & 0x0f) << 24;
	uint32_t word = (uint32_t)p[0] | (uint32_t)p[1] << 8;

	return bits == 16 ? word : k % 2 ? word >> 4 : word & 0xfff;
}

// The window of entries that begins with that of cluster `first`, a multiple of a window's entries.
static void load(struct fats *f, uint32_t first)
{
	unsigned bits = (unsigned)f->g.bits;
	uint64_t off = (uint64_t)first * bits / 8, end = f->g.clusters + 2;
	uint32_t whole = WINDOW * 8 / bits;

	f->first = first;
	f->n = end - first < whole ? (uint32_t)(end - first) : whole;
	f->unreadable = false;
	for (unsigned k = 0; k < f->g.fats; k++) {
		uint64_t at = f->g.fat + k * f->g.fat_len + off;
		size_t len = ((uint64_t)f->n * bits + 7) / 8;

		memset(f->entry[k], 0, sizeof(f->entry[k]));
		if (src_read(f->src, at, f->raw, len, NULL) < 0) {
			f->unreadable = true;
			continue;
		}
		for (uint32_t i = 0; i < f->n; i++)
			f->entry[k][i] = get(f->raw, i, f->g.bits);
	}
}

static struct fats *fats_new(struct src *s, const struct fat_shape *g)
{
	struct fats *f = mem_zero(1, sizeof(*f));

	f->src = s;
	f->g = *g;
	return f;
}

static bool is_used(const struct fats *f, uint32_t k)
{
	return f->unreadable || f->entry[0][k] || f->entry[1][k];
}

static uint64_t place(const struct fats *f, uint32_t cluster)
{
	return f->g.data + (uint64_t)(cluster - 2) * f->g.cluster;
}

// The entries of this window, as runs. The first two describe no cluster.
static void mark(struct fats *f, struct map *m, uint64_t *differ, uint64_t *unread)
{
	uint32_t begin = f->first == 0 ? 2 : 0;

	for (uint32_t k = begin, end; k < f->n; k = end) {
		bool now = is_used(f, k);

		for (end = k; end < f->n && is_used(f, end) == now; end++)
			*differ += !f->unreadable && f->g.fats == 2 &&
				   !f->entry[0][end] != !f->entry[1][end];
		if (now)
			used_add(m, place(f, f->first + k), (uint64_t)(end - k) * f->g.cluster);
	}
	if (f->unreadable)
		*unread += f->n - begin;
}

// Clusters that a chain leads to though they have no entry themselves. How many there were.
static uint64_t follow(struct fats *f, struct map *m)
{
	struct range known = { 0 }; // a used one; most links stay in it
	uint64_t found = 0;

	for (uint32_t k = 0; k < 2 * f->n; k++) {
		uint32_t to = f->entry[k / f->n][k % f->n];

		if (f->first + k % f->n < 2 || to < 2 || to > f->g.clusters + 1)
			continue;
		if (place(f, to) - known.off < known.len)
			continue;
		if (map_at(m, place(f, to)) != MAP_DONE) {
			used_add(m, place(f, to), f->g.cluster);
			found++;
		}
		known = m->r[map_find(m, place(f, to))];
	}
	return found;
}

static void walk(struct fats *f, struct map *m, struct doubt *d)
{
	uint32_t step = WINDOW * 8 / (unsigned)f->g.bits;
	uint64_t differ = 0, unread = 0, led = 0, cluster = f->g.cluster;

	for (uint32_t c = 0; c < f->g.clusters + 2; c += step) {
		load(f, c);
		mark(f, m, &differ, &unread);
	}
	for (uint32_t c = 0; c < f->g.clusters + 2; c += step) {
		load(f, c);
		led += follow(f, m);
	}
	if (unread)
		used_doubt(d, unread * cluster, "a part of the FAT is unreadable");
	if (differ)
		used_doubt(d, differ * cluster, "the two FATs differ");
	if (led)
		used_doubt(d, led * cluster, "chains lead into clusters that are free");
}

int fat_used(struct src *s, struct map *m, char *why, size_t why_size, struct err *e)
{
	struct doubt d = { 0 };
	struct fat_shape g;
	uint64_t end;

	if (fat_measure(s, &g, e) != 1)
		return err_set(e, 0, "%s: not a FAT file system", s->name);
	if (g.total > s->size)
		return err_set(e, 0, "the FAT file system is larger than its place");
	struct fats *f = fats_new(s, &g);

	// Boot sectors, FATs and the old root directory; behind the last cluster lies what we do
	// not know.
	used_add(m, 0, g.data);
	end = g.data + g.clusters * g.cluster;
	used_add(m, end, s->size - end);
	walk(f, m, &d);
	if (g.bits == 32 && g.root_cluster >= 2 && g.root_cluster <= g.clusters + 1)
		used_add(m, place(f, g.root_cluster), g.cluster);
	free(f);
	used_tell(&d, why, why_size);
	return 0;
}

// What FAT32 writes down when it is unmounted.
static uint64_t told(struct src *s, const struct fat_shape *g)
{
	uint8_t info[512];
	le32 words[2];

	if (g->info == 0 || probe_read(s, g->info, info, sizeof(info), NULL) <= 0 ||
	    memcmp(info, "RRaA", 4) != 0)
		return UINT64_MAX;
	memcpy(words, info + 484, sizeof(words));
	if (memcmp(words, "rrAa", 4) != 0 || le32_get(words[1]) > g->clusters)
		return UINT64_MAX;
	return g->total - (uint64_t)le32_get(words[1]) * g->cluster;
}

uint64_t fat_count(struct src *s, const struct fat_shape *g)
{
	uint64_t free_clusters = 0;
	bool unreadable = false;

	if (g->fat_len > COUNT_LIMIT)
		return told(s, g);
	if (g->total > s->size)
		return UINT64_MAX;
	struct fats *f = fats_new(s, g);

	for (uint32_t c = 0; c < g->clusters + 2; c += WINDOW * 8 / (unsigned)g->bits) {
		load(f, c);
		unreadable |= f->unreadable;
		for (uint32_t k = c == 0 ? 2 : 0; k < f->n; k++)
			free_clusters += !is_used(f, k);
	}
	free(f);
	return unreadable ? UINT64_MAX : g->total - free_clusters * g->cluster;
}
