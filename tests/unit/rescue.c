// SPDX-License-Identifier: GPL-2.0-or-later
// The strategy, read by read: what is asked for, in which order, and what is known in the end.
#include "copy/rescue.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/size.h"
#include "test.h"

#define SIZE (16 * MIB)
#define BLOCK MIB

struct run {
	struct map faults; // MAP_DONE: can be read
	struct rescue r;
	struct buf log; // one line a read: phase, pass, offset and length in sectors, result
	unsigned reads, failed;
	unsigned max_single; // how often a sector was read alone, at most
	unsigned char *singles;
};

static bool can_read(const struct map *faults, uint64_t off, size_t len)
{
	struct range bad;

	return !map_next(faults, off, MAP_BAD, &bad) || bad.off >= off + len;
}

static void log_read(struct run *t, bool ok)
{
	static const char phases[] = "CTSR";
	struct rescue *r = &t->r;

	buf_printf(&t->log, "%c%u%s %llu+%llu%s\n", phases[r->phase], r->pass,
		   r->straight ? "="
		   : r->back   ? "<"
			       : ">",
		   (unsigned long long)r->off / 512, (unsigned long long)r->len / 512,
		   ok ? "" : " bad");
}

static void go(struct run *t, unsigned stop_after)
{
	struct rescue *r = &t->r;

	while ((!stop_after || t->reads < stop_after) && rescue_next(r)) {
		bool ok = can_read(&t->faults, r->off, r->len);

		log_read(t, ok);
		t->reads++;
		t->failed += !ok;
		if (r->len <= r->set.sector) {
			unsigned n = ++t->singles[r->off / 512];

			if (n > t->max_single)
				t->max_single = n;
		}
		rescue_told(r, ok, false);
	}
}

static void begin(struct run *t, const struct map *known, const struct map *const *levels,
		  unsigned n, const struct rescue_settings *set)
{
	rescue_begin(&t->r, known, levels, n, set);
	t->singles = mem_zero(SIZE / 512, 1);
}

static void end(struct run *t)
{
	rescue_end(&t->r);
	buf_free(&t->log);
	free(t->singles);
}

// All of a disk with these bad sectors, from nothing; the result must be the faults.
static void whole(const char *name, struct run *t, const struct range *bad, size_t n,
		  struct rescue_settings set)
{
	struct map fresh MAP_AUTO = { 0 }, all MAP_AUTO = { 0 };
	const struct map *level = &all;
	char text[80];

	*t = (struct run){ 0 };
	map_init(&fresh, SIZE, MAP_TODO);
	map_init(&all, SIZE, MAP_DONE);
	map_init(&t->faults, SIZE, MAP_DONE);
	for (size_t i = 0; i < n; i++)
		map_set(&t->faults, bad[i].off, bad[i].len, MAP_BAD);
	begin(t, &fresh, &level, 1, &set);
	go(t, 0);
	snprintf(text, sizeof text, "%s: all is known, and right", name);
	bool same = t->r.map.n == t->faults.n;

	for (size_t i = 0; same && i < t->faults.n; i++)
		same = t->r.map.r[i].off == t->faults.r[i].off &&
		       t->r.map.r[i].state == t->faults.r[i].state;
	CHECK(text, same);
	snprintf(text, sizeof text, "%s: no sector is read alone twice", name);
	CHECK(text, t->max_single <= 1);
	map_free(&t->faults);
}

static const struct rescue_settings worth = { BLOCK, 512, 0, false, false, 0 },
				    straight = { BLOCK, 512, 0, false, true, 0 },
				    reverse = { BLOCK, 512, 0, true, false, 0 };

static void healthy(void)
{
	struct run t;

	whole("a healthy disk", &t, NULL, 0, straight);
	CHECK_INT("in large blocks", t.reads, SIZE / BLOCK);
	CHECK("from its beginning", !strncmp(buf_str(&t.log), "C1= 0+2048\nC1= 2048+2048\n", 24));
	end(&t);
	whole("a healthy disk backwards", &t, NULL, 0, reverse);
	CHECK("from its end, in bites that go forwards",
	      !strncmp(buf_str(&t.log), "C1< 30720+128\nC1< 30848+128\n", 28) &&
		      strstr(buf_str(&t.log), "C1< 32640+128\nC1< 28672+128\n"));
	end(&t);
}

// One bad sector: the block fails, then the sector; all the rest of the block but its cluster comes
// with one more read.
static void lone(void)
{
	struct range bad = { 5 * MIB + 200 * 512, 512, MAP_BAD };
	struct run t;

	whole("one bad sector", &t, &bad, 1, straight);
	CHECK_INT("two reads fail", t.failed, 2);
	CHECK("trimmed from the front", strstr(buf_str(&t.log), "T1> 10439+1\nT1> 10440+1 bad\n"));
	CHECK("the cluster's end is good",
	      strstr(buf_str(&t.log), " bad\nT1> 10495+1\nT1> 10496+1792\n"));
	CHECK("what lies between is scraped", strstr(buf_str(&t.log), "S1> 10441+1\n"));
	end(&t);
}

// Where clusters fail one after the other the skips grow, and the way back finds the other edge.
static void region(void)
{
	struct range bad = { 4 * MIB, 4 * MIB, MAP_BAD };
	struct run t;

	whole("a bad region", &t, &bad, 1, straight);
	const char *log = buf_str(&t.log);

	CHECK("behind a large block it goes on, with a sector",
	      strstr(log, "C1= 8192+2048 bad\nC1> 10240+1 bad\n"));
	CHECK("then it skips", strstr(log, "C1> 10240+1 bad\nC1> 10496+1 bad\n"));
	CHECK("further", strstr(log, "C1> 10496+1 bad\nC1> 10880+1 bad\n"));
	CHECK("comes back", strstr(log, "C2<"));
	CHECK("leaves nothing out", strstr(log, "C3>"));
	CHECK("then edges, then the rest", strstr(log, "T1>") < strstr(log, "S1>"));
	CHECK_INT("but for one block sectors alone fail", t.failed, 8192 + 1);
	end(&t);
}

// A sector is asked for where a failure is likely, the rest of its cluster when that went well.
static void probes(void)
{
	struct range bad = { 4 * MIB + 3 * 65536 + 512, 512, MAP_BAD };
	struct run t;

	whole("one bad cluster", &t, &bad, 1, worth);
	CHECK("the next one behind it", strstr(buf_str(&t.log), "C1> 8576+128 bad\nC1> 8832+1\n"
								"C1> 8833+127\nC1> 8960+128\n"));
	CHECK("the one between, backwards",
	      strstr(buf_str(&t.log), "C2< 8704+1\nC2< 8705+127\nT1> 8576+1\n"));
	end(&t);
	bad.len = 65536;
	whole("two bad clusters", &t, &bad, 1, worth);
	CHECK("on both sides", strstr(buf_str(&t.log), "C2< 8704+1 bad\n"));
	end(&t);
}

// Of a bite in which something fails the rest is read from behind.
static void bites(void)
{
	struct range bad = { 31744 * 512 + 2 * 65536, 512, MAP_BAD };
	struct run t;

	whole("a bad sector in a bite", &t, &bad, 1, reverse);
	CHECK("forwards to the failure",
	      strstr(buf_str(&t.log), "C1< 31872+128\nC1< 32000+128 bad\nC1< 32640+128\n"));
	CHECK("back to it, and on with the next bite",
	      strstr(buf_str(&t.log),
		     "C1< 32256+128\nC1< 32128+1\nC1< 32129+127\nC1< 28672+128\n"));
	end(&t);
}

static void patterns(void)
{
	struct range comb[64], heads[8];
	struct range edges[] = { { 0, 512, MAP_BAD }, { SIZE - 512, 512, MAP_BAD } };
	struct range all = { 0, SIZE, MAP_BAD };
	struct run t;

	for (size_t i = 0; i < 64; i++)
		comb[i] = (struct range){ MIB + 1024 * i, 512, MAP_BAD };
	for (size_t i = 0; i < 8; i++)
		heads[i] = (struct range){ i * 2 * MIB + 300 * 512, 256 * KIB, MAP_BAD };
	for (int i = 0; i < 3; i++) {
		const struct rescue_settings *set = i == 0 ? &worth : i == 1 ? &straight : &reverse;

		whole("every other sector", &t, comb, 64, *set);
		end(&t);
		whole("a dead head", &t, heads, 8, *set);
		end(&t);
		whole("the first and the last sector", &t, edges, 2, *set);
		end(&t);
		whole("all of it", &t, &all, 1, *set);
		end(&t);
	}
}

// Physical sectors are lost as one: one read each.
static void physical(void)
{
	struct rescue_settings set = worth;
	struct range bad = { 5 * MIB + 8192, 4096, MAP_BAD };
	struct run t;

	set.sector = 4096;
	whole("sectors of 4096", &t, &bad, 1, set);
	CHECK_INT("two reads fail", t.failed, 2);
	end(&t);
}

// What is worth more is through with all phases before the rest begins.
static void levels(void)
{
	struct map meta MAP_AUTO = { 0 }, used MAP_AUTO = { 0 }, all MAP_AUTO = { 0 };
	struct map fresh MAP_AUTO = { 0 };
	const struct map *const level[] = { &meta, &used, &all };
	struct run t = { 0 };

	map_init(&fresh, SIZE, MAP_TODO);
	map_init(&meta, SIZE, MAP_TODO);
	map_set(&meta, 8 * MIB, 65536, MAP_DONE);
	map_copy(&used, &meta);
	map_set(&used, 2 * MIB, 2 * MIB, MAP_DONE);
	map_init(&all, SIZE, MAP_DONE);
	map_init(&t.faults, SIZE, MAP_DONE);
	map_set(&t.faults, 8 * MIB + 512, 512, MAP_BAD);
	begin(&t, &fresh, level, 3, &worth);
	go(&t, 0);
	CHECK("first what tells where all lies, as far as it goes well",
	      !strncmp(buf_str(&t.log), "C1> 16384+128 bad\nC1> 4096+128\n", 31));
	CHECK("then what is in use", strstr(buf_str(&t.log), "C1> 4096+128\nC1> 4224+128\n"));
	CHECK("and its bad sectors", strstr(buf_str(&t.log), "T1> 16384+1\nT1> 16385+1 bad\n") <
					     strstr(buf_str(&t.log), "C1> 0+"));
	CHECK("then the rest",
	      strstr(buf_str(&t.log), "C1> 0+") > strstr(buf_str(&t.log), "C1> 4096+"));
	CHECK_INT("all but the bad sector", map_count(&t.r.map, MAP_DONE), SIZE - 512);
	map_free(&t.faults);
	end(&t);
}

// What is left of the first level because something failed beside it is read in the next one's
// second pass, also where its first one leaves nothing.
static void left(void)
{
	struct map meta MAP_AUTO = { 0 }, used MAP_AUTO = { 0 }, fresh MAP_AUTO = { 0 };
	const struct map *const level[] = { &meta, &used };
	struct run t = { 0 };

	map_init(&fresh, SIZE, MAP_TODO);
	map_init(&meta, SIZE, MAP_TODO);
	map_set(&meta, 8 * MIB, 3 * RESCUE_CLUSTER, MAP_DONE);
	map_copy(&used, &meta);
	map_set(&used, 2 * MIB, MIB, MAP_DONE);
	map_init(&t.faults, SIZE, MAP_DONE);
	map_set(&t.faults, 8 * MIB + 512, 512, MAP_BAD);
	for (int known = 0; known < 2; known++) {
		if (known)
			map_set(&fresh, 8 * MIB, 4096, MAP_TRIM);
		begin(&t, &fresh, level, 2, &worth);
		go(&t, 0);
		CHECK("first what did not fail",
		      !strncmp(buf_str(&t.log),
			       known ? "C1> 4096+128\nC1> 4224" : "C1> 16384+128 bad\nC1> 40", 21));
		CHECK("then what was left, going back",
		      strstr(buf_str(&t.log), known ? "C1> 6016+128\nC2< 16392+1\n"
						    : "C1> 6016+128\nC2< 16512+1\n"));
		CHECK_INT("all but the bad sector", map_count(&t.r.map, MAP_DONE),
			  MIB + 3 * RESCUE_CLUSTER - 512);
		end(&t);
		t = (struct run){ .faults = t.faults };
	}
	map_free(&t.faults);
}

// Ended after any number of reads, and begun again with the map: nothing is read twice.
static void resumed(void)
{
	struct range bad[] = { { MIB + 512, 512, MAP_BAD }, { 6 * MIB, 200 * KIB, MAP_BAD } };
	struct map all MAP_AUTO = { 0 };
	const struct map *level = &all;
	bool right = true;

	map_init(&all, SIZE, MAP_DONE);
	for (unsigned stop = 1; stop < 1000; stop += 7) {
		struct map fresh MAP_AUTO = { 0 }, known MAP_AUTO = { 0 };
		struct run t = { 0 };

		map_init(&fresh, SIZE, MAP_TODO);
		map_init(&t.faults, SIZE, MAP_DONE);
		for (size_t i = 0; i < 2; i++)
			map_set(&t.faults, bad[i].off, bad[i].len, MAP_BAD);
		begin(&t, &fresh, &level, 1, &worth);
		go(&t, stop);
		map_copy(&known, &t.r.map);
		end(&t);
		t = (struct run){ .faults = t.faults };
		begin(&t, &known, &level, 1, &worth);
		while (rescue_next(&t.r)) {
			struct range r;
			bool ok = can_read(&t.faults, t.r.off, t.r.len);

			right &= !map_next(&known, t.r.off, MAP_DONE, &r) ||
				 r.off >= t.r.off + t.r.len;
			rescue_told(&t.r, ok, false);
		}
		right &= map_count(&t.r.map, MAP_BAD) == 201 * KIB - 512 &&
			 map_count(&t.r.map, MAP_DONE) == SIZE - 201 * KIB + 512;
		map_free(&t.faults);
		end(&t);
	}
	CHECK("begun again, what was read is not read again", right);
}

static void retries(void)
{
	struct range bad = { 5 * MIB, 2048, MAP_BAD };
	struct rescue_settings set = worth;
	struct map all MAP_AUTO = { 0 }, known MAP_AUTO = { 0 };
	const struct map *level = &all;
	struct run t = { 0 };

	set.retries = 2;
	map_init(&all, SIZE, MAP_DONE);
	map_init(&known, SIZE, MAP_DONE);
	map_set(&known, bad.off, bad.len, MAP_BAD);
	map_init(&t.faults, SIZE, MAP_DONE);
	map_set(&t.faults, bad.off, 1024, MAP_BAD);
	begin(&t, &known, &level, 1, &set);
	go(&t, 0);
	CHECK_STR("forwards, then backwards what is left", buf_str(&t.log),
		  "R1> 10240+1 bad\nR1> 10241+1 bad\nR1> 10242+1\nR1> 10243+1\n"
		  "R2< 10241+1 bad\nR2< 10240+1 bad\n");
	map_free(&t.faults);
	end(&t);
}

static unsigned seed;

static unsigned any(unsigned below)
{
	seed = seed * 1103515245 + 12345;
	return seed / 65536 % below;
}

// Some stretches of whole sectors.
static void some(struct map *m, enum map_state state, unsigned n, unsigned sectors)
{
	while (n--)
		map_set(m, (uint64_t)any(SIZE / 512) * 512, (1 + any(sectors)) * 512ull, state);
}

static bool inside(const struct map *m, enum map_state state, uint64_t off, uint64_t len)
{
	struct range g;

	return map_next(m, off, state, &g) && g.off == off && g.len >= len;
}

// Any faults, levels, settings, and any map to begin with: all that is wanted is read but what
// fails, nothing else is, and nothing twice.
static bool one_of_many(void)
{
	struct map level[3] = { 0 }, known MAP_AUTO = { 0 };
	const struct map *by_level[] = { &level[0], &level[1], &level[2] };
	unsigned n = 1 + any(3);
	struct rescue_settings set = { RESCUE_CLUSTER << any(5), 512, 0, any(2), any(2), 0 };
	struct run t = { 0 };
	struct range g;
	bool right = true;

	map_init(&t.faults, SIZE, MAP_DONE);
	some(&t.faults, MAP_BAD, any(40), 1 + any(300));
	map_init(&known, SIZE, MAP_TODO);
	some(&known, MAP_TRIM, any(4), 200);
	some(&known, MAP_SCRAPE, any(4), 200);
	some(&known, MAP_DONE, any(6), 3000);
	for (unsigned i = 0; i < n; i++) {
		if (i)
			map_copy(&level[i], &level[i - 1]);
		else
			map_init(&level[i], SIZE, MAP_TODO);
		some(&level[i], MAP_DONE, 1 + any(8), 1 + any(6000));
	}
	begin(&t, &known, by_level, n, &set);
	for (unsigned reads = 0; rescue_next(&t.r) && right; reads++) {
		struct rescue *r = &t.r;
		bool ok = can_read(&t.faults, r->off, r->len);

		right = inside(&level[n - 1], MAP_DONE, r->off, r->len) && reads < 50000;
		right &= !map_next(&r->map, r->off, MAP_DONE, &g) || g.off >= r->off + r->len;
		if (r->len == 512)
			right &= !t.singles[r->off / 512]++;
		rescue_told(r, ok, any(50) == 0);
	}
	for (uint64_t off = 0; off < SIZE && right; off += 512) {
		enum map_state state = map_at(&t.r.map, off), was = map_at(&known, off);
		bool can = map_at(&t.faults, off) == MAP_DONE;

		if (map_at(&level[n - 1], off) == MAP_DONE && was != MAP_DONE)
			right = state == (can ? MAP_DONE : MAP_BAD);
		else
			right = state == was;
	}
	end(&t);
	map_free(&t.faults);
	for (unsigned i = 0; i < n; i++)
		map_free(&level[i]);
	return right;
}

static void many(void)
{
	unsigned failed = 0;

	for (unsigned i = 1; i <= 1000; i++) {
		seed = i;
		if (!one_of_many()) {
			failed++;
			printf("# seed %u\n", i);
		}
	}
	CHECK_INT("any faults, levels and settings", failed, 0);
}

int main(void)
{
	healthy();
	lone();
	region();
	probes();
	bites();
	patterns();
	physical();
	levels();
	left();
	resumed();
	retries();
	many();
	TEST_END();
}
