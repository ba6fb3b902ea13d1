// SPDX-License-Identifier: GPL-2.0-or-later
// The pump and what stands at its ends: granules packed by many threads come out in order and
// whole, whatever the disk does; nothing runs ahead without bound; it can end at any moment. The
// format is one of the test's own: each granule as it was packed, behind its offset and length.
#include "copy/pump.h"

#include <stdatomic.h>
#include <time.h>

#include "base/size.h"
#include "copy/copy.h"
#include "copy/hash_sink.h"
#include "copy/image_target.h"
#include "mem_src.h"
#include "test.h"

#define GRANULE 65536u
#define PACK_MAX (GRANULE + 100)
#define UNITS (FEED_BLOCK / GRANULE)
#define SIZE (13 * MIB + 3 * 4096 + 512)

struct head {
	uint64_t off, len;
};

// The plan's state: what the threads did, and when they are to fail.
struct count {
	atomic_uint packed, ahead_max;
	unsigned put, fail_put; // fail_put: the put that fails; 0: none
	bool slow;
	bool tail_is_zero;
};

static void nap(long us)
{
	struct timespec t = { 0, us * 1000 };

	nanosleep(&t, NULL);
}

static size_t fake_pack(const struct image_plan *p, struct packer *k, uint64_t off,
			const void *data, void *out)
{
	struct count *c = p->state;
	const uint8_t *b = data;
	bool zero = true;

	atomic_fetch_add(&c->packed, 1);
	if (c->slow)
		nap((long)(off / GRANULE * 7919 % 500));
	for (size_t i = 0; i < GRANULE; i++) {
		zero &= !b[i];
		if (off + i >= p->disk_size && b[i])
			c->tail_is_zero = false;
	}
	return zero ? 0 : packer_pack(k, data, GRANULE, out, PACK_MAX);
}

static int fake_put(struct image_plan *p, struct sink *s, uint64_t off, const void *data,
		    size_t len, struct err *e)
{
	struct head h = { off, len };
	struct count *c = p->state;
	unsigned ahead = atomic_load(&c->packed) - c->put;

	if (ahead > c->ahead_max)
		c->ahead_max = ahead;
	if (++c->put == c->fail_put)
		return err_set(e, 0, "no more");
	return sink_write(s, &h, sizeof h, e) || sink_write(s, data, len, e) ? -1 : 0;
}

static const struct image_ops fake = { .name = "fake", .put = fake_put, .pack = fake_pack };

struct run {
	struct src *src;
	struct map wanted; // aligned to granules
	unsigned threads;
	struct ui *ui;
	struct count count;
	// out
	struct mem_sink sink;
	struct map map;
	struct err err;
	char hex[65];
	int rc;
};

static void begin(struct run *r, struct src *s)
{
	*r = (struct run){ .src = s, .count = { .tail_is_zero = true } };
	map_init(&r->wanted, s->size, MAP_DONE);
	mem_sink_begin(&r->sink);
}

static void end(struct run *r)
{
	free(r->sink.data);
	map_free(&r->map);
	map_free(&r->wanted);
}

static void go(struct run *r)
{
	struct image_plan plan = { .ops = &fake,
				   .set = { .packing = PACK_DEFLATE },
				   .disk_size = r->src->size,
				   .granule = GRANULE,
				   .pack_max = PACK_MAX,
				   .state = &r->count };
	struct copy c = { .src = r->src, .wanted = &r->wanted, .ui = r->ui };
	struct image_target target;
	struct hash_sink hash;

	map_init(&c.map, r->src->size, MAP_TODO);
	hash_sink_begin(&hash, &r->sink.sink, NULL, true, NULL);
	image_target_begin(&target, &plan, &hash.sink);
	target.work.threads = r->threads;
	c.target = &target.target;
	c.hash = &hash;
	r->rc = copy_run(&c, &r->err);
	if (!r->rc)
		r->rc = hash_sink_flush(&hash, &r->err);
	hash_sink_end(&hash, r->hex);
	r->map = c.map;
}

// What the file holds, unpacked: zeros where there is none; false when it is damaged or out of
// order.
static bool unpack(const struct run *r, uint8_t *disk, uint64_t size)
{
	struct packer *k = packer_new(PACK_DEFLATE);
	static uint8_t out[GRANULE];
	uint64_t at = 0, next = 0;
	bool ok = true;

	memset(disk, 0, size);
	while (ok && at < r->sink.len) {
		struct head h;
		size_t got;

		memcpy(&h, r->sink.data + at, sizeof h);
		at += sizeof h;
		ok = h.off >= next && h.off < size && h.len <= r->sink.len - at &&
		     !packer_unpack(k, r->sink.data + at, h.len, out, GRANULE, &got, NULL, NULL) &&
		     got == GRANULE;
		if (ok)
			memcpy(disk + h.off, out, size - h.off < got ? size - h.off : got);
		at += h.len;
		next = h.off + GRANULE;
	}
	packer_free(k);
	return ok;
}

// The source's bytes where they were wanted and could be read, zeros elsewhere.
static bool is_right(const struct run *r, const struct mem_src *m, const struct map *faults)
{
	uint8_t *disk = malloc(m->src.size);
	bool ok = !r->rc && unpack(r, disk, m->src.size);

	for (uint64_t i = 0; ok && i < m->src.size; i++) {
		bool want = map_at(&r->wanted, i) == MAP_DONE &&
			    (!faults || map_at(faults, i) == MAP_DONE);

		ok = disk[i] == (want ? m->data[i] : 0);
	}
	free(disk);
	return ok;
}

static bool hash_is_right(const struct run *r)
{
	struct sha256 s;
	char hex[65];

	sha256_begin(&s);
	sha256_add(&s, r->sink.data, r->sink.len);
	sha256_end(&s, hex);
	return !strcmp(hex, r->hex);
}

static void threads(void)
{
	static const unsigned counts[] = { 1, 2, 5, 99, 0 };
	struct run first, r;
	struct mem_src m;

	mem_src_begin(&m, SIZE, 512);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		char name[64];

		begin(&r, &m.src);
		r.threads = counts[i];
		r.count.slow = true;
		go(&r);
		snprintf(name, sizeof name, "packed by %u threads", counts[i]);
		CHECK(name, is_right(&r, &m, NULL) && hash_is_right(&r));
		CHECK("behind the end are zeros", r.count.tail_is_zero);
		if (!i) {
			first = r;
			continue;
		}
		CHECK("the same file", r.sink.len == first.sink.len &&
					       !memcmp(r.sink.data, first.sink.data, r.sink.len));
		end(&r);
	}
	CHECK_INT("granules of zeros are not put", first.count.put,
		  SIZE / GRANULE + 1 - SIZE / GRANULE / 4);
	end(&first);
	src_close(&m.src);
}

static void bounded(void)
{
	struct mem_src m;
	struct run r;

	mem_src_begin(&m, SIZE, 512);
	memset(m.data, 1, SIZE);
	begin(&r, &m.src);
	r.threads = 4;
	go(&r);
	CHECK("no thread runs ahead", r.count.ahead_max <= PUMP_SLOTS * UNITS);
	CHECK("some do", r.count.ahead_max > 1);
	end(&r);
	src_close(&m.src);
}

// A granule that cannot be read as a whole is packed with zeros in it.
static void faults(void)
{
	struct map f MAP_AUTO = { 0 };
	struct mem_src m;
	struct run r;

	mem_src_begin(&m, SIZE, 512);
	map_init(&f, SIZE, MAP_DONE);
	for (uint64_t i = 0; i < 64; i++)
		map_set(&f, 3 * MIB + 60 * KIB + i * 1024, 512, MAP_BAD);
	map_set(&f, 9 * MIB, 2 * MIB + 512, MAP_BAD);
	map_set(&f, SIZE - 512, 512, MAP_BAD);
	begin(&r, src_fault(&m.src, &f));
	go(&r);
	CHECK("with unreadable sectors", is_right(&r, &m, &f) && hash_is_right(&r));
	bool same = r.map.n == f.n;

	for (size_t i = 0; same && i < f.n; i++)
		same = r.map.r[i].off == f.r[i].off && r.map.r[i].state == f.r[i].state;
	CHECK("the map knows them", same);
	src_close(r.src);
	end(&r);
	src_close(&m.src);
}

static void fragmented(void)
{
	struct mem_src m;
	struct run r;

	mem_src_begin(&m, SIZE, 512);
	begin(&r, &m.src);
	for (uint64_t off = 0; off < SIZE; off += GRANULE)
		if (off / GRANULE % 3 == 1 || off / (5 * MIB) == 1)
			map_set(&r.wanted, off, GRANULE, MAP_TODO);
	go(&r);
	CHECK("only what is wanted", is_right(&r, &m, NULL));
	CHECK("is read", map_count(&r.map, MAP_DONE) == map_count(&r.wanted, MAP_DONE));
	end(&r);
	src_close(&m.src);
}

struct stopper {
	struct ui ui;
	unsigned left; // questions until the operator has stopped it
};

static bool cancelled(struct ui *ui)
{
	struct stopper *s = (struct stopper *)ui;

	return !s->left || !--s->left;
}

static void stopped(void)
{
	static const struct ui_ops ops = { .cancelled = cancelled };
	bool right = true, was_stopped = true;
	struct mem_src m;
	unsigned n;

	mem_src_begin(&m, SIZE, 512);
	for (n = 1; was_stopped && n < 200; n++) {
		struct stopper stop = { { &ops }, n };
		struct run r;

		begin(&r, &m.src);
		r.ui = &stop.ui;
		r.threads = n % 4 + 1;
		r.count.slow = n % 2;
		go(&r);
		was_stopped = r.rc != 0;
		right &= was_stopped ? r.err.kind == ERR_STOPPED : is_right(&r, &m, NULL);
		end(&r);
	}
	CHECK("stopped at any moment", right && n > SIZE / MIB);
	src_close(&m.src);
}

static void failing(void)
{
	struct mem_src m;
	struct run r;

	mem_src_begin(&m, SIZE, 512);
	begin(&r, &m.src);
	r.count.fail_put = 100;
	go(&r);
	CHECK("a put that fails ends it", r.rc && !strcmp(r.err.text, "no more"));
	CHECK_INT("at once", r.count.put, 100);
	CHECK("the map claims no more than was put",
	      map_count(&r.map, MAP_DONE) <= 100 * GRANULE * 4 / 3);
	end(&r);

	begin(&r, &m.src);
	r.sink.full_at = 1000;
	go(&r);
	CHECK("a full destination ends it", r.rc && r.err.num == ENOSPC);
	end(&r);

	m.reads = 0;
	m.fail_after = 7;
	m.fail_num = ENODEV;
	begin(&r, &m.src);
	go(&r);
	CHECK("so does a source that is gone", r.rc && r.err.num == ENODEV);
	CHECK_INT("what was read before is put", map_count(&r.map, MAP_DONE), 7 * MIB);
	CHECK_INT("granule by granule", r.count.put, 7 * UNITS * 3 / 4);
	end(&r);
	src_close(&m.src);
}

// A source that counts what would have to go through another buffer on its way past the page cache.
struct direct {
	struct mem_src mem;
	unsigned bounced;
};

static int direct_read(struct src *s, uint64_t off, void *p, size_t n, struct err *e)
{
	((struct direct *)s)->bounced += (uintptr_t)p % 4096 != 0;
	return mem_read(s, off, p, n, e);
}

// A file system behind an MBR of old: its blocks begin at odd multiples of 512.
static void aligned(void)
{
	static const struct src_ops ops = { direct_read, mem_close };
	struct map wanted MAP_AUTO = { 0 };
	struct direct d = { .bounced = 0 };
	struct copy_plain plain;
	struct mem_sink sink;
	bool same = true;

	mem_src_begin(&d.mem, SIZE, 512);
	mem_sink_begin(&sink);
	d.mem.src.ops = &ops;
	map_init(&wanted, SIZE, MAP_TODO);
	for (uint64_t off = 63 * 512; off + 8192 < SIZE; off += 16384)
		map_set(&wanted, off, 8192, MAP_DONE);
	map_set(&wanted, 4 * MIB + 63 * 512, 5 * MIB, MAP_DONE);
	struct copy c = { .src = &d.mem.src, .wanted = &wanted, .target = &plain.target };

	map_init(&c.map, SIZE, MAP_TODO);
	copy_plain_begin(&plain, &sink.sink, SIZE, false);
	CHECK("blocks at odd places", !copy_run(&c, NULL) && !copy_plain_end(&plain, &c.map, NULL));
	CHECK_INT("are read where they shall be", d.bounced, 0);
	for (uint64_t i = 0; same && i < SIZE; i++)
		same = sink.data[i] == (map_at(&wanted, i) == MAP_DONE ? d.mem.data[i] : 0);
	CHECK("and are the same", same);
	map_free(&c.map);
	free(sink.data);
	src_close(&d.mem.src);
}

// A sink that remembers how it was written to.
struct watch {
	struct mem_sink mem;
	unsigned writes;
	size_t largest;
	const void *last;
};

static int watched_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	struct watch *w = (struct watch *)s;

	w->writes++;
	w->largest = n > w->largest ? n : w->largest;
	w->last = p;
	return mem_write(s, p, n, e);
}

static bool holds(const struct watch *w, const uint8_t *want, size_t n, const char *hex)
{
	struct sha256 s;
	char right[65];

	sha256_begin(&s);
	sha256_add(&s, want, n);
	sha256_end(&s, right);
	return w->mem.len == n && !memcmp(w->mem.data, want, n) && !strcmp(hex, right);
}

static void gathered(void)
{
	static const struct sink_ops ops = { .write = watched_write,
					     .skip = mem_skip,
					     .patch = mem_patch };
	static uint8_t want[8 * MIB];
	struct watch w = { .mem.sink = { &ops, 0 } };
	struct hash_sink h;
	size_t at = 0, n = 1;
	char hex[65];
	bool ok = true;

	for (size_t i = 0; i < sizeof want; i++)
		want[i] = (uint8_t)(i * 31 + i / 4096);
	memset(want + 7 * MIB, 0, MIB);
	hash_sink_begin(&h, &w.mem.sink, NULL, true, NULL);
	for (; at + n < 3 * MIB; at += n, n = n * 7 % 40000 + 1) {
		uint8_t copy[40000];

		memcpy(copy, want + at, n);
		ok &= !sink_write(&h.sink, copy, n, NULL);
	}
	CHECK("what is small is gathered",
	      ok && w.writes == at / HASH_GATHER && w.largest == HASH_GATHER);
	hash_sink_lend(&h, want, sizeof want);
	ok &= !sink_write(&h.sink, want + at, 5 * MIB - at, NULL);
	CHECK("what is lent is not copied",
	      w.last == want + at && w.largest == 5 * MIB - at && h.sink.pos == 5 * MIB);
	hash_sink_settle(&h, hash_sink_mark(&h), true);
	hash_sink_lend(&h, NULL, 0);
	ok &= !sink_write(&h.sink, want + 5 * MIB, 2 * MIB, NULL) &&
	      !sink_skip(&h.sink, 100, NULL) && !sink_skip(&h.sink, MIB - 100, NULL);
	ok &= !hash_sink_flush(&h, NULL);
	CHECK("small holes are written, large ones left out", w.mem.skipped == MIB - 100);
	CHECK("hashed", hash_sink_end(&h, hex));
	CHECK("nothing is lost", ok && holds(&w, want, sizeof want, hex));
	free(w.mem.data);
}

static void patched(void)
{
	struct mem_sink m;
	struct hash_sink h;
	char hex[65];

	for (int hash = 0; hash < 2; hash++) {
		mem_sink_begin(&m);
		hash_sink_begin(&h, &m.sink, NULL, hash, NULL);
		CHECK("written, not yet there",
		      !sink_write(&h.sink, "0123456789", 10, NULL) && !m.len);
		CHECK("can be patched",
		      !sink_patch(&h.sink, 2, "xy", 2, NULL) && !memcmp(m.data, "01xy456789", 10));
		CHECK("has no hash", !hash_sink_end(&h, hex) && !*hex);
		free(m.data);
	}
}

int main(void)
{
	threads();
	bounded();
	faults();
	fragmented();
	stopped();
	failing();
	aligned();
	gathered();
	patched();
	TEST_END();
}
