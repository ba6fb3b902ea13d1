// SPDX-License-Identifier: GPL-2.0-or-later
// The map: setting ranges against a plain array of letters, and ddrescue's text form.
#include <stdlib.h>

#include "base/map.h"
#include "test.h"

#define CELLS 64

static void render(const struct map *m, char *text)
{
	for (unsigned i = 0; i < CELLS; i++)
		text[i] = (char)map_at(m, i);
	text[CELLS] = 0;
}

static bool well_formed(const struct map *m)
{
	uint64_t at = 0;

	for (size_t i = 0; i < m->n; at += m->r[i++].len)
		if (m->r[i].off != at || !m->r[i].len || (i && m->r[i].state == m->r[i - 1].state))
			return false;
	return at == m->size;
}

static void test_set(void)
{
	static const enum map_state states[] = { MAP_TODO, MAP_BAD, MAP_DONE, MAP_SCRAPE };
	char want[CELLS + 1], got[CELLS + 1];
	bool same = true, formed = true;
	struct map m;

	srand(7);
	for (unsigned round = 0; round < 300; round++) {
		map_init(&m, CELLS, MAP_TODO);
		memset(want, '?', CELLS);
		want[CELLS] = 0;
		for (unsigned i = 0; i < 30; i++) {
			unsigned off = (unsigned)rand() % (CELLS + 4), len = (unsigned)rand() % 20;
			enum map_state s = states[rand() % 4];

			map_set(&m, off, len, s);
			for (unsigned k = off; k < off + len && k < CELLS; k++)
				want[k] = (char)s;
			render(&m, got);
			same = same && !strcmp(want, got);
			formed = formed && well_formed(&m);
		}
		map_free(&m);
	}
	CHECK("map set equals an array", same);
	CHECK("map stays well formed", formed);
}

static void test_queries(void)
{
	struct map m MAP_AUTO = { 0 }, part MAP_AUTO = { 0 };
	struct range r;

	map_init(&m, 1000, MAP_TODO);
	map_set(&m, 100, 50, MAP_DONE);
	map_set(&m, 300, 10, MAP_DONE);
	CHECK("map next finds", map_next(&m, 120, MAP_DONE, &r));
	CHECK_INT("map next cuts", r.off * 1000 + r.len, 120030);
	CHECK("map next ends", !map_next(&m, 310, MAP_DONE, &r));
	CHECK_INT("map count", map_count(&m, MAP_DONE), 60);
	map_init(&part, 20, MAP_DONE);
	map_merge_done(&m, &part, 990);
	CHECK_INT("map merge is cut at the end", map_count(&m, MAP_DONE), 70);
	map_align_done(&m, 64);
	CHECK_INT("map align", map_count(&m, MAP_DONE), 128 + 64 + 40);
	CHECK("map align is well formed", well_formed(&m));
}

static int parse(const char *text, struct map *m, struct err *e)
{
	FILE *f = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
	int rc = map_read(m, f, "test.map", e);

	fclose(f);
	return rc;
}

static void test_text(void)
{
	static const char good[] =
		"# comment\n0x120000 ? 1\n0 0x1000 +\n4096 512 -\n011000 0x200 ? # why\n";
	static const char *const bad[] = {
		"",
		"# only\n",
		"0 ? 1\n",
		"0 ? 1\n0 16 +\n32 16 -\n",
		"0 ? 1\n0 16 +\n8 16 -\n",
		"0 ? 1\n0 0 +\n",
		"0 ? 1\n0 16 x\n",
		"0 ? 1\nzero 16 +\n",
		"0 ! 1\n0 16 +\n",
		"0 ? 1\n0 0xffffffffffffffff +\n0xffffffffffffffff 16 -\n",
	};
	struct map m MAP_AUTO = { 0 }, again MAP_AUTO = { 0 };
	struct err e;
	char text[4096] = "";
	bool same = true;
	FILE *f = fmemopen(text, sizeof text, "w");

	CHECK("mapfile read", !parse(good, &m, &e));
	CHECK_INT("mapfile size", m.size, 0x1400);
	CHECK_INT("mapfile position", m.pos, 0x120000);
	CHECK_INT("mapfile bad", map_count(&m, MAP_BAD), 512);
	CHECK("mapfile write", !map_write(&m, f, "one\ntwo", &e));
	fclose(f);
	CHECK("mapfile comments", strstr(text, "# one\n# two\n") != NULL);
	CHECK("mapfile read again", !parse(text, &again, &e));
	CHECK_INT("mapfile ranges again", again.n, m.n);
	for (size_t i = 0; i < m.n && i < again.n; i++)
		same = same && m.r[i].off == again.r[i].off && m.r[i].len == again.r[i].len &&
		       m.r[i].state == again.r[i].state;
	CHECK("mapfile same", same);
	map_free(&again);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		char name[64];

		snprintf(name, sizeof name, "mapfile refused %zu", i);
		CHECK(name, parse(bad[i], &again, &e) == -1);
	}
}

static void test_common(void)
{
	struct map a, b, m;
	bool same = true;

	srand(8);
	for (unsigned round = 0; round < 100; round++) {
		map_init(&a, CELLS, MAP_TODO);
		map_init(&b, CELLS, MAP_TODO);
		map_init(&m, CELLS, MAP_TODO);
		for (unsigned i = 0; i < 8; i++) {
			map_set(&a, (unsigned)rand() % CELLS, (unsigned)rand() % 12, MAP_DONE);
			map_set(&b, (unsigned)rand() % CELLS, (unsigned)rand() % 12, MAP_DONE);
		}
		map_common_done(&m, &a, &b);
		for (unsigned i = 0; i < CELLS; i++)
			same = same && (map_at(&m, i) == MAP_DONE) == (map_at(&a, i) == MAP_DONE &&
								       map_at(&b, i) == MAP_DONE);
		same = same && well_formed(&m);
		map_free(&a);
		map_free(&b);
		map_free(&m);
	}
	CHECK("what two maps have in common", same);
}

// Random maps, one laid onto the other.
static void test_merge(void)
{
	static const enum map_state states[] = { MAP_TODO, MAP_BAD, MAP_DONE };
	char want[CELLS + 1], got[CELLS + 1];
	bool same = true, formed = true;

	for (unsigned round = 0; round < 300; round++) {
		unsigned at = (unsigned)rand() % CELLS;
		struct map m MAP_AUTO = { 0 }, part MAP_AUTO = { 0 };

		map_init(&m, CELLS, MAP_TODO);
		map_init(&part, CELLS / 2, MAP_TODO);
		for (unsigned i = 0; i < 8; i++) {
			map_set(&m, (unsigned)rand() % CELLS, (unsigned)rand() % 20,
				states[rand() % 3]);
			map_set(&part, (unsigned)rand() % CELLS, (unsigned)rand() % 9,
				states[rand() % 3]);
		}
		render(&m, want);
		for (unsigned i = 0; i < CELLS / 2 && at + i < CELLS; i++)
			if (map_at(&part, i) == MAP_DONE)
				want[at + i] = MAP_DONE;
		map_merge_done(&m, &part, at);
		render(&m, got);
		same &= !strcmp(want, got);
		formed &= well_formed(&m);
	}
	CHECK("map merge", same);
	CHECK("map merge is well formed", formed);
}

static void test_cut(void)
{
	bool same = true, formed = true;

	srand(11);
	for (unsigned round = 0; round < 300; round++) {
		struct map m MAP_AUTO = { 0 }, part MAP_AUTO = { 0 };
		unsigned off = (unsigned)rand() % (CELLS + 4), len = (unsigned)rand() % CELLS;

		map_init(&m, CELLS, MAP_TODO);
		for (unsigned i = 0; i < 10; i++)
			map_set(&m, (unsigned)rand() % CELLS, (unsigned)rand() % 9,
				rand() % 2 ? MAP_DONE : MAP_BAD);
		map_cut(&part, &m, off, len);
		formed = formed && well_formed(&part) &&
			 part.size == (off >= CELLS	   ? 0
				       : len < CELLS - off ? len
							   : CELLS - off);
		for (unsigned k = 0; k < part.size; k++)
			same = same && map_at(&part, k) == map_at(&m, off + k);
	}
	CHECK("map cut", same);
	CHECK("map cut is well formed", formed);
}

// What an old file system looks like. Moving the rest for each range would take hours.
static void test_million(void)
{
	struct map m MAP_AUTO = { 0 }, part MAP_AUTO = { 0 };
	uint64_t n = 1000000;

	map_init(&part, 2 * n, MAP_TODO);
	for (uint64_t i = 0; i < n; i++)
		map_set(&part, 2 * i, 1, MAP_DONE);
	map_init(&m, 6 * n, MAP_TODO);
	for (unsigned i = 3; i--;)
		map_merge_done(&m, &part, i * part.size);
	CHECK_INT("three million ranges", map_count(&m, MAP_DONE), 3 * n);
}

int main(void)
{
	test_set();
	test_common();
	test_queries();
	test_merge();
	test_cut();
	test_million();
	test_text();
	TEST_END();
}
