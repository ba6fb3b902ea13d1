// SPDX-License-Identifier: GPL-2.0-or-later
// The machine: phases within levels, and in each phase a walk over the ranges of one state.
#include "copy/rescue.h"

#define COPY_PASSES 3	       // the last one skips nothing
#define GROW_AFTER (64u << 20) // bytes that go well let a block of a cluster grow to two, and so on

static const struct map *level(const struct rescue *r)
{
	return r->level[r->straight || r->phase == RESCUE_RETRY ? r->n_levels - 1 : r->at_level];
}

// What this pass walks over.
static const struct map *domain(const struct rescue *r)
{
	if (!r->straight && r->at_level == 1 && r->phase == RESCUE_COPY && r->pass == 1)
		return &r->second;
	return level(r);
}

static void begin_pass(struct rescue *r, enum rescue_phase phase, unsigned pass)
{
	bool turn = (phase == RESCUE_COPY || phase == RESCUE_RETRY) && pass % 2 == 0;

	r->phase = phase;
	r->pass = pass;
	r->back = r->set.reverse != turn;
	if (phase == RESCUE_TRIM || phase == RESCUE_SCRAPE)
		r->back = false;
	r->pos = r->back ? r->map.size : 0;
	r->skip = RESCUE_CLUSTER;
	r->good = 0;
	r->bite.len = 0;
	r->no_bite = r->map.size;
	r->trimming = false;
}

void rescue_begin(struct rescue *r, const struct map *known, const struct map *const *levels,
		  unsigned n_levels, const struct rescue_settings *set)
{
	*r = (struct rescue){ .set = *set,
			      .level = levels,
			      .n_levels = n_levels,
			      .block = set->straight ? set->block : RESCUE_CLUSTER };
	map_copy(&r->map, known);
	map_init(&r->coarse, known->size, MAP_TODO);
	map_init(&r->later, known->size, MAP_TODO);
	if (!r->set.skip_max)
		r->set.skip_max = known->size / 100;
	// whole clusters, so that reads stay aligned to them
	r->set.skip_max = (r->set.skip_max / RESCUE_CLUSTER + 1) * RESCUE_CLUSTER;
	r->straight = set->straight;
	begin_pass(r, RESCUE_COPY, 1);
}

void rescue_end(struct rescue *r)
{
	map_free(&r->coarse);
	map_free(&r->later);
	map_free(&r->second);
	map_free(&r->map);
}

static void change(struct rescue *r, uint64_t off, uint64_t len, enum map_state state)
{
	if (!len)
		return;
	map_set(&r->map, off, len, state);
	r->changed[r->n_changed++] = (struct range){ off, len, state };
}

// The next stretch of this state that lies in the level and in front of r, in its direction.
static bool ahead(const struct rescue *r, enum map_state state, struct range *out)
{
	const struct map *d = domain(r);

	return r->back ? map_last_common(d, &r->map, state, r->pos, out)
		       : map_next_common(d, &r->map, state, r->pos, out);
}

// The bytes of g to its first multiple of unit, or from its last one.
static void ask(struct rescue *r, const struct range *g, uint64_t unit, bool back)
{
	uint64_t end = g->off + g->len;

	if (back) {
		uint64_t from = (end - 1) / unit * unit;

		r->off = from > g->off ? from : g->off;
		r->len = (size_t)(end - r->off);
	} else {
		uint64_t to = (g->off / unit + 1) * unit;

		r->off = g->off;
		r->len = (size_t)((to < end ? to : end) - g->off);
	}
}

// Neighbouring clusters that failed are trimmed as one, a large block that failed by itself.
static bool next_to_trim(struct rescue *r)
{
	struct range g, c;

	if (!ahead(r, MAP_TRIM, &g))
		return false;
	r->trimming = true;
	r->dense = false;
	r->edge = RESCUE_FRONT;
	r->from = g.off;
	r->end = g.off + g.len;
	r->is_coarse = false;
	if (map_next(&r->coarse, g.off, MAP_DONE, &c) && c.off < r->end) {
		r->is_coarse = c.off == g.off;
		if (!r->is_coarse)
			r->end = c.off;
		else if (c.off + c.len < r->end)
			r->end = c.off + c.len;
	}
	r->to = r->rest = r->end;
	return true;
}

// Ends the edges that have come to their end; false: that was all of this stretch.
static bool settle_edge(struct rescue *r)
{
	if (r->from < r->to)
		return true;
	r->edge = RESCUE_REST;
	if (r->rest < r->end)
		return true;
	r->pos = r->end;
	r->trimming = false;
	return false;
}

static bool ask_trim(struct rescue *r)
{
	struct range g;

	do {
		if (!r->trimming && !next_to_trim(r))
			return false;
	} while (!settle_edge(r));
	if (r->edge == RESCUE_REST) {
		g = (struct range){ r->rest, r->end - r->rest, MAP_TRIM };
		ask(r, &g, r->set.block, false);
	} else {
		g = (struct range){ r->from, r->to - r->from, MAP_TRIM };
		ask(r, &g, r->set.sector, r->edge == RESCUE_BACK);
	}
	return true;
}

static void told_rest(struct rescue *r, bool ok)
{
	if (ok) {
		change(r, r->off, r->len, MAP_DONE);
		r->rest += r->len;
		return;
	}
	r->edge = RESCUE_FRONT;
	r->from = r->rest;
	r->to = r->rest = r->end;
}

// The first bad sector is known: its cluster, or all if it was clusters that failed, is left for
// scraping, but for the last sector.
static void end_front(struct rescue *r)
{
	uint64_t cluster = (r->from + RESCUE_CLUSTER - 1) / RESCUE_CLUSTER * RESCUE_CLUSTER;

	r->edge = RESCUE_BACK;
	r->to = r->rest = r->is_coarse && cluster < r->end ? cluster : r->end;
}

static void told_trim(struct rescue *r, bool ok)
{
	if (r->edge == RESCUE_REST) {
		told_rest(r, ok);
		return;
	}
	change(r, r->off, r->len, ok ? MAP_DONE : MAP_BAD);
	if (r->edge == RESCUE_BACK) {
		change(r, r->from, r->off - r->from, MAP_SCRAPE);
		r->from = r->to;
		if (ok || r->rest == r->end)
			return;
		// where a cluster is bad at both ends the next one will be: not a read of all that
		// is left, but its first sector
		r->edge = RESCUE_FRONT;
		r->from = r->rest;
		r->to = r->end;
		r->dense = true;
		return;
	}
	r->from += r->len;
	if (!ok) {
		r->dense = false;
		end_front(r);
	} else if (r->dense) {
		r->dense = false;
		r->rest = r->to = r->from;
	}
}

static void move(struct rescue *r, uint64_t skip)
{
	if (r->back)
		r->pos = r->off > skip ? r->off - skip : 0;
	else
		r->pos = r->off + r->len + skip;
}

// What is worth most is copied first as far as it goes well. What fails belongs to the level
// behind, too: reading that may take hours.
static bool is_first(const struct rescue *r)
{
	return !r->straight && r->n_levels > 1 && !r->at_level;
}

// The rest of a stretch of the first level of which something failed, or as far as a skip goes;
// with the block itself, unless that was tried.
static void leave(struct rescue *r, bool tried)
{
	const struct map *d = domain(r);
	const struct range *g = &d->r[map_find(d, r->off)];
	uint64_t from = tried != r->back ? r->off + r->len : r->off;
	uint64_t len = r->back ? from - g->off : g->off + g->len - from;

	if (len > r->set.skip_max)
		len = r->set.skip_max;
	if (r->back)
		from -= len;
	map_set(&r->later, from, len, MAP_DONE);
	r->pos = r->back ? from : from + len;
}

static bool has_failed(const struct rescue *r, uint64_t off)
{
	enum map_state state = off < r->map.size ? map_at(&r->map, off) : MAP_TODO;

	return state == MAP_TRIM || state == MAP_SCRAPE || state == MAP_BAD;
}

// Does something that failed touch the block, before it or behind it?
static bool touches_before(const struct rescue *r)
{
	return r->off && has_failed(r, r->off - 1);
}

static bool touches(const struct rescue *r)
{
	return touches_before(r) || has_failed(r, r->off + r->len);
}

// A sector beside a failed cluster, and the first one behind a skip, may well be bad, too: it is
// asked for alone, before the rest of its cluster. Its failure tells of a sector, as has to be
// known of each bad one in the end; that of a cluster tells nothing that remains.
static void probe(struct rescue *r)
{
	struct range g = { r->off, r->len, MAP_TODO };

	r->whole.len = 0;
	if (r->straight || !(r->wary || touches(r)))
		return;
	ask(r, &g, RESCUE_CLUSTER, r->back);
	if (r->len <= r->set.sector || !(r->wary || touches(r)))
		return;
	r->whole = (struct range){ r->off, r->len, MAP_TODO };
	if (!touches_before(r) && (r->back || touches(r)))
		r->off += r->len - r->set.sector;
	r->len = r->set.sector;
}

// A probe that failed speaks for all of its cluster.
static void failed_probe(struct rescue *r)
{
	const struct range *w = &r->whole;
	uint64_t rest = w->len - r->len;

	change(r, r->off, r->len, MAP_BAD);
	change(r, r->off == w->off ? r->off + r->len : w->off, rest, MAP_TRIM);
	r->off = w->off;
	r->len = (size_t)w->len;
}

static void go_on(struct rescue *r)
{
	bool may_skip = r->pass < COPY_PASSES;

	r->bite.len = 0;
	if (may_skip)
		move(r, r->skip);
	else
		move(r, 0);
	r->skip = r->skip < r->set.skip_max / 2 ? r->skip * 2 : r->set.skip_max;
}

// After a failure all that a block holds is out of reach until it is trimmed. So blocks grow again
// only where failures are rare.
static void grow(struct rescue *r)
{
	while (r->block < r->set.block && r->well / GROW_AFTER >= r->block / RESCUE_CLUSTER)
		r->block *= 2;
	if (r->good >= r->skip && r->skip > RESCUE_CLUSTER) {
		r->skip /= 2;
		r->good = 0;
	}
}

static void told_copy(struct rescue *r, bool ok, bool slow)
{
	bool large = r->len > RESCUE_CLUSTER;

	r->wary = false;
	if (ok) {
		change(r, r->off, r->len, MAP_DONE);
		r->good += r->len;
		r->well += r->len;
		grow(r);
		if (slow && r->pass < COPY_PASSES)
			go_on(r);
		else if (!r->whole.len && !r->bite.len) // else the rest is next
			move(r, 0);
		return;
	}
	if (r->whole.len)
		failed_probe(r);
	else
		change(r, r->off, r->len, r->len > r->set.sector ? MAP_TRIM : MAP_BAD);
	if (r->pass == 1 && !r->back && !is_first(r))
		comb_failed(&r->comb, r->off, r->off + r->len, !r->well);
	r->good = r->well = 0;
	r->block = RESCUE_CLUSTER;
	if (large)
		map_set(&r->coarse, r->off, r->len, MAP_DONE);
	if (r->straight) {
		r->straight = false;
		begin_pass(r, RESCUE_COPY, 1);
	} else if (is_first(r)) {
		leave(r, true);
	} else if (r->bite.len) {
		r->no_bite = r->off;
		r->bite.len = 0;
	} else {
		r->wary = true;
		go_on(r);
	}
}

static void told_single(struct rescue *r, bool ok)
{
	change(r, r->off, r->len, ok ? MAP_DONE : MAP_BAD);
	move(r, 0);
}

void rescue_told(struct rescue *r, bool ok, bool slow)
{
	r->n_changed = 0;
	if (r->phase == RESCUE_COPY)
		told_copy(r, ok, slow);
	else if (r->phase == RESCUE_TRIM)
		told_trim(r, ok);
	else
		told_single(r, ok);
}

static void next_level(struct rescue *r)
{
	struct range g = { 0 };

	if (!r->at_level++) {
		map_copy(&r->second, r->level[1]);
		while (map_next(&r->later, g.off + g.len, MAP_DONE, &g))
			map_set(&r->second, g.off, g.len, MAP_TODO);
	}
	begin_pass(r, RESCUE_COPY, 1);
}

// The phase behind this one; of the next level when there is none.
static void next_phase(struct rescue *r)
{
	struct range g;

	if (r->phase == RESCUE_COPY && r->pass < COPY_PASSES && !is_first(r) &&
	    map_next_common(level(r), &r->map, MAP_TODO, 0, &g)) {
		begin_pass(r, RESCUE_COPY, r->pass + 1);
	} else if (r->phase < RESCUE_SCRAPE && !is_first(r)) {
		begin_pass(r, r->phase + 1, 1);
	} else if (r->phase < RESCUE_RETRY && !r->straight && r->at_level + 1 < r->n_levels) {
		next_level(r);
	} else {
		unsigned pass = r->phase == RESCUE_RETRY ? r->pass + 1 : 1;

		begin_pass(r, pass <= r->set.retries ? RESCUE_RETRY : RESCUE_END, pass);
	}
}

// A disk turns once for each read that goes back, which takes ten times as long as the bytes of a
// cluster do. So stretches are gone back through in bites, each of which is read forwards. Where
// something fails the rest of the bite is read cluster by cluster from behind: it may be bad, too,
// as far as to an edge.
static bool begin_bite(struct rescue *r, const struct range *g)
{
	uint64_t end = g->off + g->len, from = g->off;

	if (!r->back || r->wary || r->block > RESCUE_CLUSTER || end > r->no_bite)
		return false;
	if (g->len > RESCUE_BITE)
		from = (end - RESCUE_BITE) / RESCUE_CLUSTER * RESCUE_CLUSTER;
	r->bite = (struct range){ from, end - from, MAP_TODO };
	return true;
}

// The next block of the bite; false: it is through.
static bool find_in_bite(struct rescue *r)
{
	struct range g, *b = &r->bite;
	uint64_t end = b->off + b->len;

	if (map_next_common(domain(r), &r->map, MAP_TODO, b->off, &g) && g.off < end) {
		g.len = g.off + g.len > end ? end - g.off : g.len;
		ask(r, &g, RESCUE_CLUSTER, false);
		return true;
	}
	r->pos = b->off;
	b->len = 0;
	return false;
}

// The next block to copy, but for what is expected to fail: that is left to the second pass.
static bool find_block(struct rescue *r)
{
	bool guess = r->pass == 1 && !r->back && !r->straight && !is_first(r);
	struct range g;
	uint64_t end;

	for (;;) {
		if (r->bite.len && find_in_bite(r))
			return true;
		if (!ahead(r, MAP_TODO, &g))
			return false;
		if (begin_bite(r, &g))
			continue;
		ask(r, &g, r->block, r->back);
		end = r->off + r->len;
		if (is_first(r) && touches(r)) {
			leave(r, false);
			continue;
		}
		if (!guess)
			return true;
		if (comb_may_read(&r->comb, r->off, &end)) {
			r->len = (size_t)(end - r->off);
			return true;
		}
		r->pos = end;
	}
}

static bool find(struct rescue *r)
{
	struct range g;

	switch (r->phase) {
	case RESCUE_COPY:
		if (!find_block(r))
			return false;
		probe(r);
		return true;
	case RESCUE_TRIM: return ask_trim(r);
	case RESCUE_SCRAPE:
	case RESCUE_RETRY:
		if (!ahead(r, r->phase == RESCUE_SCRAPE ? MAP_SCRAPE : MAP_BAD, &g))
			return false;
		ask(r, &g, r->set.sector, r->back);
		return true;
	default: return false;
	}
}

bool rescue_next(struct rescue *r)
{
	while (r->phase != RESCUE_END) {
		if (find(r))
			return true;
		next_phase(r);
	}
	return false;
}

void rescue_skip(struct rescue *r)
{
	uint64_t far = r->phase == RESCUE_COPY && r->pass == COPY_PASSES ? RESCUE_CLUSTER
									 : r->set.skip_max;

	r->trimming = false;
	r->bite.len = 0;
	move(r, far);
}

char rescue_status(const struct rescue *r)
{
	static const char letters[] = { '?', '*', '/', '-', '+' };

	return letters[r->phase];
}
