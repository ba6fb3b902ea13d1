// SPDX-License-Identifier: GPL-2.0-or-later
// What tells where everything lies is what had to be read to find out what is in use: tables,
// superblocks, bitmaps, trees. Where some of it cannot be read, more counts as used, never less;
// but what is used by the copies there are comes first.
#include "copy/worth.h"

#include "base/size.h"
#include "copy/guess.h"
#include "copy/rescue.h"
#include "copy/wanted.h"

#define ENDS MIB      // tables and superblocks lie there, known or not
#define GAP (2 * MIB) // between used blocks: to leave it out costs two ways elsewhere, 8 ms each

void worth_look(struct worth *w, struct src *s, struct buf *notes)
{
	struct err e;

	*w = (struct worth){ 0 };
	map_init(&w->read, s->size, MAP_TODO);
	map_init(&w->failed, s->size, MAP_TODO);
	struct src *recorded SRC_AUTO = src_record(s, &w->read, &w->failed);

	if (wanted_used(recorded, &w->used, notes, &e)) {
		map_free(&w->used);
		map_init(&w->used, s->size, MAP_DONE);
		if (notes)
			buf_printf(notes, "all counts as used: %s\n", e.text);
	}
	if (map_count(&w->failed, MAP_BAD))
		guess_used(s, &w->read, &w->failed, &w->likely);
}

// Levels do not cut the clusters that rescue.h reads: each half of one would fail by itself.
static void add_level(struct worth *w, struct map *m, uint32_t align)
{
	map_align_done(m, align);
	w->level[w->n] = *m;
	w->by_level[w->n] = &w->level[w->n];
	w->n++;
}

// What was read to find out, and the ends of the disk. What failed then lies among more that will:
// at the end of the disk that may wait until all else is safe.
static void make_first(struct worth *w, uint64_t size)
{
	uint64_t ends = size < ENDS ? size : ENDS;
	struct range bad = { 0 };

	map_set(&w->read, 0, ends, MAP_DONE);
	if (!map_next(&w->failed, size - ends, MAP_BAD, &bad))
		map_set(&w->read, size - ends, ends, MAP_DONE);
	for (bad.len = 0; map_next(&w->failed, bad.off + bad.len, MAP_BAD, &bad);)
		if (bad.off >= ends)
			map_set(&w->read, bad.off, bad.len, MAP_TODO);
}

void worth_order(struct worth *w, const struct map *wanted, uint32_t sector)
{
	uint64_t size = wanted->size;
	bool all = map_count(wanted, MAP_DONE) == size;
	struct map m;

	make_first(w, size);
	map_init(&m, size, MAP_TODO);
	map_common_done(&m, &w->read, wanted);
	add_level(w, &m, all ? RESCUE_CLUSTER : sector);
	if (all || w->likely.size) { // else what is in use is what is wanted
		map_init(&m, size, MAP_TODO);
		map_common_done(&m, w->likely.size ? &w->likely : &w->used, wanted);
		map_merge_done(&m, &w->level[0], 0);
		if (all)
			map_close_gaps(&m, GAP);
		add_level(w, &m, all ? RESCUE_CLUSTER : sector);
	}
	map_copy(&m, wanted);
	add_level(w, &m, sector);
}

void worth_know(const struct worth *w, struct map *m, uint32_t sector)
{
	struct range bad = { 0 }, todo;

	while (map_next(&w->failed, bad.off + bad.len, MAP_BAD, &bad)) {
		uint64_t from = bad.off / sector * sector;
		uint64_t to = (bad.off + bad.len + sector - 1) / sector * sector;

		if (map_at(m, from) == MAP_TODO && map_next(m, from, MAP_TODO, &todo) &&
		    todo.len >= to - from)
			map_set(m, from, to - from, to - from == sector ? MAP_BAD : MAP_TRIM);
	}
}

void worth_free(struct worth *w)
{
	map_free(&w->used);
	map_free(&w->likely);
	map_free(&w->read);
	map_free(&w->failed);
	for (unsigned i = 0; i < sizeof w->level / sizeof *w->level; i++)
		map_free(&w->level[i]);
}
