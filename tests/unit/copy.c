// SPDX-License-Identifier: GPL-2.0-or-later
// The data path: bad sectors of every arrangement, sources that vanish, destinations that fill up,
// runs that are stopped anywhere and gone on with.
#include "copy/copy.h"

#include "base/size.h"
#include "copy/hash_sink.h"
#include "copy/reader.h"
#include "mem_src.h"
#include "test.h"

#define SIZE (5 * MIB + 1536)

struct stopper {
	struct ui ui;
	unsigned left; // questions until the operator has stopped it
};

static bool cancelled(struct ui *ui)
{
	struct stopper *s = (struct stopper *)ui;

	return !s->left || !--s->left;
}

static const struct ui_ops stop_ops = { .cancelled = cancelled };

struct result {
	struct mem_sink sink;
	struct map map;
	int rc;
	struct err err;
	char hex[65];
};

// Both ways of reading have to pass all this.
static bool rescues;
static unsigned retries;

// One run of a copy of s into r->sink, going on with r->map.
static void run(struct result *r, struct src *s, const struct map *wanted, struct ui *ui)
{
	struct copy_rescue how = { .n_levels = 1,
				   .set = { FEED_BLOCK, s->sector, 0, false, true, retries } };
	struct copy c = { .src = s, .ui = ui, .map = r->map };
	struct map all MAP_AUTO = { 0 };
	struct copy_plain plain;
	struct hash_sink hash;

	map_init(&all, s->size, MAP_DONE);
	c.wanted = wanted ? wanted : &all;
	how.levels = &c.wanted;
	c.rescue = rescues ? &how : NULL;
	hash_sink_begin(&hash, &r->sink.sink, NULL, true, NULL);
	copy_plain_begin(&plain, &hash.sink, s->size, r->map.n > 1);
	c.target = &plain.target;
	c.hash = &hash;
	r->rc = copy_run(&c, &r->err);
	if (!r->rc)
		r->rc = copy_plain_end(&plain, &c.map, &r->err) || hash_sink_flush(&hash, &r->err);
	hash_sink_end(&hash, r->hex);
	r->map = c.map;
}

static void begin(struct result *r, uint64_t size)
{
	*r = (struct result){ 0 };
	mem_sink_begin(&r->sink);
	map_init(&r->map, size, MAP_TODO);
}

static void end(struct result *r)
{
	free(r->sink.data);
	map_free(&r->map);
}

// What the copy must be: the source, with zeros where the map of faults says so.
static bool is_right(const struct result *r, const struct mem_src *m, const struct map *faults)
{
	for (uint64_t i = 0; i < m->src.size; i += 512) {
		size_t n = m->src.size - i < 512 ? (size_t)(m->src.size - i) : 512;
		bool bad = faults && map_at(faults, i) != MAP_DONE;

		if (map_at(&r->map, i) != (bad ? MAP_BAD : MAP_DONE))
			return false;
		for (size_t k = 0; k < n; k++)
			if (r->sink.data[i + k] != (bad ? 0 : m->data[i + k]))
				return false;
	}
	return r->sink.sink.pos == m->src.size && r->sink.len == m->src.size;
}

static void faults(const char *name, uint32_t sector, const struct range *bad, size_t n)
{
	struct map f MAP_AUTO = { 0 };
	struct mem_src m;
	struct result r;
	char text[80];

	mem_src_begin(&m, sector == 4096 ? SIZE / 4096 * 4096 : SIZE, sector);
	map_init(&f, m.src.size, MAP_DONE);
	for (size_t i = 0; i < n; i++)
		map_set(&f, bad[i].off, bad[i].len, MAP_BAD);
	struct src *s = src_fault(&m.src, &f);

	begin(&r, m.src.size);
	run(&r, s, NULL, NULL);
	snprintf(text, sizeof text, "bad sectors, %s: map and data", name);
	CHECK(text, !r.rc && is_right(&r, &m, &f));
	src_close(s);
	src_close(&m.src);
	end(&r);
}

static void all_faults(void)
{
	struct range comb[64], all = { 0, SIZE, MAP_BAD };
	struct range r[] = {
		{ 3 * MIB + 512, 512, MAP_BAD }, { 0, 512, MAP_BAD },
		{ SIZE - 512, 512, MAP_BAD },	 { 700 * KIB, 900 * KIB, MAP_BAD },
		{ MIB - 512, 1024, MAP_BAD },	 { 2 * MIB + 4096, 4096, MAP_BAD },
	};

	for (size_t i = 0; i < 64; i++)
		comb[i] = (struct range){ MIB + 1024 * i, 512, MAP_BAD };
	faults("none", 512, NULL, 0);
	faults("a single one", 512, r, 1);
	faults("the first", 512, r + 1, 1);
	faults("the last", 512, r + 2, 1);
	faults("a long run", 512, r + 3, 1);
	faults("over the edge of a block", 512, r + 4, 1);
	faults("a comb", 512, comb, 64);
	faults("the whole disk", 512, &all, 1);
	faults("all of these", 512, r, 6);
	faults("sectors of 4096", 4096, r + 5, 1);
}

// How many reads a lone bad sector costs: that many times a drive retries for seconds.
static void cost(void)
{
	struct map f MAP_AUTO = { 0 };
	struct mem_src m;
	struct reader r;
	struct piece p = { .data = aligned_alloc(4096, FEED_BLOCK) };
	unsigned pieces = 0, bad = 0;

	mem_src_begin(&m, 4 * MIB, 512);
	map_init(&f, m.src.size, MAP_DONE);
	reader_begin(&r, &m.src, &f);
	map_set(&f, 1234567 / 512 * 512, 512, MAP_BAD);
	r.feed.src = src_fault(&m.src, &f);
	while ((p.len = FEED_BLOCK) && reader_next(&r, &p, NULL) == 1) {
		pieces++;
		bad += p.state == MAP_BAD;
	}
	CHECK_INT("one bad piece", bad, 1);
	CHECK("a lone bad sector is found by halving", pieces < 40);
	src_close(r.feed.src);
	reader_end(&r);
	src_close(&m.src);
	free(p.data);
}

static void gone(void)
{
	struct mem_src m;
	struct result r;

	mem_src_begin(&m, SIZE, 512);
	m.fail_after = 3;
	m.fail_num = ENODEV;
	begin(&r, SIZE);
	run(&r, &m.src, NULL, NULL);
	CHECK("a disk that is pulled out ends the copy", r.rc && r.err.kind == ERR_FAILED);
	CHECK_INT("what was read is kept", map_count(&r.map, MAP_DONE), 3 * MIB);
	CHECK_INT("nothing is called unreadable", map_count(&r.map, MAP_BAD), 0);
	m.fail_after = 0;
	run(&r, &m.src, NULL, NULL);
	CHECK("back again it is gone on with", !r.rc && is_right(&r, &m, NULL));
	end(&r);

	m.reads = 0;
	m.fail_after = 3;
	m.fail_num = EIO;
	begin(&r, SIZE);
	run(&r, &m.src, NULL, NULL);
	CHECK("a disk that fails every read has stopped answering",
	      r.rc && strstr(r.err.text, "stopped answering"));
	CHECK_INT("and its silence is not taken for bad sectors", map_count(&r.map, MAP_BAD), 0);
	m.fail_after = 0;
	run(&r, &m.src, NULL, NULL);
	CHECK("it too is gone on with", !r.rc && is_right(&r, &m, NULL));
	end(&r);
	src_close(&m.src);
}

static void full(void)
{
	struct mem_src m;
	struct result r;

	mem_src_begin(&m, SIZE, 512);
	begin(&r, SIZE);
	r.sink.full_at = 2 * MIB;
	run(&r, &m.src, NULL, NULL);
	CHECK("a full destination ends the copy", r.rc && r.err.num == ENOSPC);
	CHECK_INT("what was not written is not called copied", map_count(&r.map, MAP_DONE),
		  2 * MIB);
	r.sink.full_at = 0;
	run(&r, &m.src, NULL, NULL);
	CHECK("with room it is gone on with", !r.rc && is_right(&r, &m, NULL));
	end(&r);
	src_close(&m.src);
}

// Stopped after every possible number of questions, then gone on with.
static void stopped(void)
{
	struct map f MAP_AUTO = { 0 };
	bool right = true, was_stopped = true;
	struct mem_src m;
	struct result r;
	unsigned n;

	mem_src_begin(&m, SIZE, 512);
	map_init(&f, SIZE, MAP_DONE);
	map_set(&f, 2 * MIB + 1024, 2048, MAP_BAD);
	struct src *s = src_fault(&m.src, &f);

	for (n = 1; was_stopped && n < 200; n++) {
		struct stopper stop = { { &stop_ops }, n };

		begin(&r, SIZE);
		run(&r, s, NULL, &stop.ui);
		was_stopped = r.rc != 0;
		right &= !was_stopped || r.err.kind == ERR_STOPPED;
		run(&r, s, NULL, NULL);
		right &= !r.rc && is_right(&r, &m, &f);
		end(&r);
	}
	CHECK("stopped anywhere and gone on with, the copy is the same", right && n > 10);
	src_close(s);
	src_close(&m.src);
}

static void again(void)
{
	struct map f MAP_AUTO = { 0 };
	struct mem_src m;
	struct result r;

	mem_src_begin(&m, SIZE, 512);
	map_init(&f, SIZE, MAP_DONE);
	map_set(&f, MIB, 64 * KIB, MAP_BAD);
	struct src *s = src_fault(&m.src, &f);

	begin(&r, SIZE);
	retries = 2;
	run(&r, s, NULL, NULL);
	CHECK("retries that fail change nothing", !r.rc && is_right(&r, &m, &f));
	src_close(s);
	map_set(&f, MIB, 32 * KIB, MAP_DONE); // it has cooled down
	s = src_fault(&m.src, &f);
	retries = 1;
	run(&r, s, NULL, NULL);
	retries = 0;
	CHECK("a retry gets what can be read now", !r.rc && is_right(&r, &m, &f));
	CHECK_STR("the hash is not told when data came out of order", r.hex, "");
	src_close(s);
	src_close(&m.src);
	end(&r);
}

// A disk that loses four sectors with each of its first reads.
struct growing {
	struct src src;
	struct mem_src *of;
	struct map faults;
	unsigned seed, reads;
};

static int growing_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	struct growing *g = (struct growing *)s;
	struct range bad;

	for (int i = 0; g->reads < 60 && i < 4; i++) {
		g->seed = g->seed * 1103515245 + 12345;
		map_set(&g->faults, g->seed / 8 % (SIZE / 512) * 512, 512, MAP_BAD);
	}
	g->reads++;
	if (map_next(&g->faults, off, MAP_BAD, &bad) && bad.off < off + n)
		return err_set(e, EIO, "growing");
	return src_read(&g->of->src, off, p, n, e);
}

static void growing(void)
{
	static const struct src_ops ops = { .read = growing_read };
	struct mem_src m;
	struct growing g = { .seed = 1 };
	struct result r;
	bool right = true;

	mem_src_begin(&m, SIZE, 512);
	g.src = m.src;
	g.src.ops = &ops;
	g.of = &m;
	map_init(&g.faults, SIZE, MAP_DONE);
	begin(&r, SIZE);
	run(&r, &g.src, NULL, NULL);
	for (uint64_t i = 0; i < SIZE; i += 512) {
		enum map_state state = map_at(&r.map, i);

		right &= state == MAP_DONE || (state == MAP_BAD && map_at(&g.faults, i) == MAP_BAD);
		for (size_t k = 0; k < 512; k++)
			right &= r.sink.data[i + k] == (state == MAP_DONE ? m.data[i + k] : 0);
	}
	CHECK("growing defects: what is called copied is, the rest is bad", !r.rc && right);
	CHECK("and something was lost", map_count(&r.map, MAP_BAD) >= 2 * 512);
	end(&r);
	map_free(&g.faults);
	src_close(&m.src);
}

static void some(void)
{
	struct map wanted MAP_AUTO = { 0 };
	struct mem_src m;
	struct result r;

	mem_src_begin(&m, SIZE, 512);
	map_init(&wanted, SIZE, MAP_TODO);
	map_set(&wanted, 4096, 4096, MAP_DONE);
	map_set(&wanted, 3 * MIB - 512, MIB, MAP_DONE);
	begin(&r, SIZE);
	run(&r, &m.src, &wanted, NULL);
	bool same = !r.rc && r.sink.sink.pos == SIZE && r.map.n == wanted.n;

	for (size_t i = 0; same && i < wanted.n; i++)
		same = r.map.r[i].off == wanted.r[i].off && r.map.r[i].state == wanted.r[i].state;
	CHECK("only what is wanted is read", same);
	for (uint64_t i = 0; same && i < SIZE; i++)
		same = r.sink.data[i] == (map_at(&wanted, i) == MAP_DONE ? m.data[i] : 0);
	CHECK("the rest is zeros", same);
	end(&r);
	src_close(&m.src);
}

// A used map as of an old, fragmented file system.
static void large_map(void)
{
	struct map wanted MAP_AUTO = { 0 };
	struct mem_src m;
	struct result r;
	unsigned n = 20000;

	mem_src_begin(&m, n * 1024ull, 512);
	map_init(&wanted, m.src.size, MAP_TODO);
	for (unsigned i = 0; i < n; i++)
		map_set(&wanted, i * 1024ull, 512, MAP_DONE);
	begin(&r, m.src.size);
	run(&r, &m.src, &wanted, NULL);
	CHECK_INT("forty thousand ranges", r.map.n, wanted.n);
	end(&r);
	src_close(&m.src);
}

static void hash(void)
{
	struct mem_src m;
	struct result r;
	struct sha256 s;
	char hex[65];

	mem_src_begin(&m, SIZE, 512);
	begin(&r, SIZE);
	run(&r, &m.src, NULL, NULL);
	sha256_begin(&s);
	sha256_add(&s, m.data, SIZE);
	sha256_end(&s, hex);
	CHECK_STR("the hash of a copy in one go", r.hex, hex);
	CHECK("blocks of zeros are skipped", r.sink.skipped > MIB);
	end(&r);
	src_close(&m.src);
}

int main(void)
{
	cost();
	for (int i = 0; i < 2; i++) {
		rescues = i;
		all_faults();
		gone();
		full();
		growing();
		stopped();
		some();
		large_map();
		hash();
	}
	again();
	TEST_END();
}
