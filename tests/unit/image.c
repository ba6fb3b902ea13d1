// SPDX-License-Identifier: GPL-2.0-or-later
// Image formats: what is planned is what is written, what is written reads back, what is damaged is
// refused.
#include "image/image.h"

#include "base/endian.h"
#include "base/size.h"
#include "base/zero.h"
#include "mem_src.h"
#include "test.h"

#define CLUSTER 65536u
#define DISK (2 * MIB + 512 * 3)

// The bytes of an image file, as a source.
static void as_source(struct mem_src *out, struct mem_sink *sink)
{
	mem_src_begin(out, 1, 512);
	free(out->data);
	out->data = sink->data;
	out->src.size = sink->len;
	sink->data = NULL;
}

// One way to write an image.
struct kind {
	const struct image_ops *ops;
	struct image_settings set;
	uint32_t granule; // as planned
};

static struct kind usual(const struct image_ops *ops)
{
	return (struct kind){ .ops = ops, .set = image_settings(ops) };
}

// Feeds all of the plan's granules, packed where the plan wants that.
static bool put_all(struct image_plan *p, const struct mem_src *m, struct sink *s)
{
	struct packer *k = p->pack_max ? packer_new(p->set.packing) : NULL;
	uint8_t *granule = calloc(1, p->granule), *packed = malloc(p->pack_max + 1);
	struct range r = { 0 };
	bool ok = true;

	while (ok && map_next(&p->used, r.off + r.len, MAP_DONE, &r)) {
		size_t n = r.len;

		if (k) {
			r.len = r.len < p->granule ? r.len : p->granule;
			memset(granule, 0, p->granule);
			memcpy(granule, m->data + r.off, r.len);
			n = p->ops->pack(p, k, r.off, granule, packed);
			ok = n <= p->pack_max;
		}
		if (n && ok)
			ok = !p->ops->put(p, s, r.off, k ? packed : m->data + r.off, n, NULL);
	}
	packer_free(k);
	free(granule);
	free(packed);
	return ok;
}

// Writes an image of the wanted ranges of m; true when all was as planned.
static bool write_image(struct kind *kind, struct mem_src *m, const struct map *wanted,
			struct mem_sink *sink)
{
	struct image_plan p;
	struct map used;
	bool ok;

	mem_sink_begin(sink);
	map_copy(&used, wanted);
	if (image_plan(&p, kind->ops, &kind->set, m->src.size, &used, NULL))
		return false;
	kind->granule = p.granule;
	ok = !kind->ops->begin(&p, &sink->sink, NULL) && put_all(&p, m, &sink->sink) &&
	     !kind->ops->finish(&p, &sink->sink, NULL);
	ok = ok && (p.pack_max ? sink->sink.pos <= p.file_size : sink->sink.pos == p.file_size);
	ok = ok && (p.patches || !sink->patched);
	image_plan_free(&p);
	return ok;
}

// The guest must see the wanted ranges and zeros elsewhere, for reads of any size and place.
static bool reads_back(struct mem_src *file, const struct kind *kind, const struct mem_src *m,
		       const struct map *wanted)
{
	const struct image_ops *ops;
	struct src *guest SRC_AUTO = NULL;
	static uint8_t data[DISK];

	if (image_open(&file->src, &guest, &ops, NULL) || strcmp(ops->name, kind->ops->name) != 0)
		return false;
	for (uint64_t off = 0, n = 1; off < m->src.size; off += n, n = n * 5 % 150001 + 1) {
		if (n > m->src.size - off)
			n = m->src.size - off;
		if (src_read(guest, off, data + off, n, NULL))
			return false;
	}
	for (uint64_t i = 0; i < m->src.size; i += kind->granule) {
		size_t n = m->src.size - i < kind->granule ? m->src.size - i : kind->granule;
		struct range r;

		if (map_next(wanted, i, MAP_DONE, &r) && r.off < i + kind->granule
			    ? memcmp(data + i, m->data + i, n) != 0
			    : !is_zero(data + i, n))
			return false;
	}
	return guest->size >= m->src.size && guest->size - m->src.size < MIB; // VHD: whole MiB
}

// What is stored and not zero must be called stored.
static bool tells_stored(struct mem_src *file)
{
	const struct image_ops *ops;
	struct src *guest SRC_AUTO = NULL;
	struct map stored MAP_AUTO = { 0 };
	struct range r = { 0 };
	static uint8_t data[DISK + MIB];

	if (image_open(&file->src, &guest, &ops, NULL))
		return false;
	if (!ops->stored)
		return true;
	map_init(&stored, guest->size, MAP_TODO);
	if (ops->stored(guest, &stored, NULL) || src_read(guest, 0, data, guest->size, NULL))
		return false;
	while (map_next(&stored, r.off + r.len, MAP_TODO, &r))
		if (!is_zero(data + r.off, r.len))
			return false;
	return true;
}

static int check(struct src *file, struct buf *notes, struct err *e)
{
	struct src *guest SRC_AUTO = NULL;
	const struct image_ops *ops;

	if (image_open(file, &guest, &ops, e))
		return -1;
	return ops->check ? ops->check(file, notes, e) : 0;
}

static void try(struct kind *kind, const char *name, struct mem_src *m, const struct map *wanted)
{
	struct buf notes BUF_AUTO = { 0 };
	struct err e = { 0 };
	struct mem_src file;
	struct mem_sink sink;
	char what[64], text[128];

	snprintf(what, sizeof what, "%s %s%s%s, %s", kind->ops->name,
		 packing_name(kind->set.packing), kind->set.fixed ? " fixed" : "",
		 kind->set.old ? " old" : "", name);
	snprintf(text, sizeof text, "%s: as planned", what);
	CHECK(text, write_image(kind, m, wanted, &sink));
	as_source(&file, &sink);
	snprintf(text, sizeof text, "%s: reads back", what);
	CHECK(text, reads_back(&file, kind, m, wanted));
	snprintf(text, sizeof text, "%s: what is stored", what);
	CHECK(text, tells_stored(&file));
	snprintf(text, sizeof text, "%s: whole", what);
	CHECK_STR(text, check(&file.src, &notes, &e) ? e.text : buf_str(&notes), "");
	src_close(&file.src);
}

// Every format in every way it can be written.
static void round_trip(const char *name, const struct range *r, size_t n)
{
	struct map wanted MAP_AUTO = { 0 };
	struct mem_src m;

	mem_src_begin(&m, DISK, 512);
	map_init(&wanted, DISK, MAP_TODO);
	for (size_t i = 0; i < n; i++)
		map_set(&wanted, r[i].off, r[i].len, MAP_DONE);
	for (const struct image_ops *const *f = image_formats(); *f; f++) {
		for (unsigned i = 0; i < 16; i++) {
			struct kind kind = usual(*f);

			kind.set.packing = i % 4;
			kind.set.fixed = i / 4 % 2;
			kind.set.old = i / 8;
			if (!((*f)->packings & 1u << kind.set.packing) ||
			    kind.set.fixed > (*f)->can_be_fixed || kind.set.old > (*f)->can_be_old)
				continue;
			if (kind.set.old && kind.set.packing == PACK_ZSTD)
				continue;
			try(&kind, name, &m, &wanted);
		}
	}
	src_close(&m.src);
}

static void round_trips(void)
{
	struct range r[] = {
		{ 0, DISK, MAP_DONE },	       { 0, 512, MAP_DONE },
		{ DISK - 512, 512, MAP_DONE }, { MIB, 3 * CLUSTER + 5, MAP_DONE },
		{ MIB + 65535, 2, MAP_DONE },
	};

	round_trip("everything", r, 1);
	round_trip("nothing", r, 0);
	round_trip("the first sector", r + 1, 1);
	round_trip("the last sector", r + 2, 1);
	round_trip("some clusters", r + 1, 3);
	round_trip("over an edge", r + 4, 1);
}

// A disk of 1 MiB with its third cluster in use, byte for byte.
static void golden(void)
{
	struct kind kind = usual(&image_qcow2);
	static const uint8_t header[112] = {
		'Q',	     'F',	  'I', 0xfb, 0, 0, 0, 3, // version 3
		[23] = 16,					 // clusters of 64 KiB
		[29] = 0x10,					 // 1 MiB
		[39] = 1,					 // L1 entries
		[45] = 1,					 // L1 at 0x10000
		[53] = 2,					 // refcount table at 0x20000
		[59] = 1,					 // of one cluster
		[99] = 4,    [103] = 104,			 // 16-bit counts, header length
	};
	static const uint8_t l1[8] = { 0x80, 0, 0, 0, 0, 4 }, table[8] = { [5] = 3 };
	static const uint8_t counts[16] = { 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1 };
	static const uint8_t l2[32] = { [16] = 0x80, [21] = 5 };
	struct map wanted MAP_AUTO = { 0 };
	struct mem_sink sink;
	struct mem_src m;

	mem_src_begin(&m, MIB, 512);
	map_init(&wanted, MIB, MAP_TODO);
	map_set(&wanted, 2 * CLUSTER, 1, MAP_DONE);
	CHECK("golden qcow2: written", write_image(&kind, &m, &wanted, &sink));
	CHECK_INT("golden qcow2: size", sink.len, 6 * CLUSTER);
	CHECK("golden qcow2: header", !memcmp(sink.data, header, sizeof header));
	CHECK("golden qcow2: L1", !memcmp(sink.data + CLUSTER, l1, sizeof l1));
	CHECK("golden qcow2: refcount table",
	      !memcmp(sink.data + 2 * CLUSTER, table, sizeof table));
	CHECK("golden qcow2: refcounts", !memcmp(sink.data + 3 * CLUSTER, counts, sizeof counts));
	CHECK("golden qcow2: L2", !memcmp(sink.data + 4 * CLUSTER, l2, sizeof l2));
	CHECK("golden qcow2: data",
	      !memcmp(sink.data + 5 * CLUSTER, m.data + 2 * CLUSTER, CLUSTER));
	free(sink.data);
	src_close(&m.src);
}

static int count_only(struct sink *s, const void *p, size_t n, struct err *e)
{
	(void)s;
	(void)p;
	(void)n;
	(void)e;
	return 0;
}

// Tables only: what a large disk would need before its data.
static void large(const char *name, uint64_t size, uint64_t step, uint64_t len)
{
	static const struct sink_ops ops = { .write = count_only };
	struct image_settings set = image_settings(&image_qcow2);
	struct sink s = { &ops, 0 };
	struct image_plan p;
	struct map used;
	char text[80];

	map_init(&used, size, MAP_TODO);
	for (uint64_t off = 0; off < size; off += step)
		map_set(&used, off, len, MAP_DONE);
	map_set(&used, size - 1, 1, MAP_DONE);
	CHECK("a large disk can be planned",
	      !image_plan(&p, &image_qcow2, &set, size, &used, NULL));
	uint64_t data = (map_count(&p.used, MAP_DONE) + CLUSTER - 1) / CLUSTER * CLUSTER;

	image_qcow2.begin(&p, &s, NULL);
	snprintf(text, sizeof text, "tables and data of %s", name);
	CHECK_INT(text, s.pos + data, p.file_size);
	image_plan_free(&p);
}

static void refuse(const char *name, struct mem_sink *good, size_t at, const char *bytes, size_t n,
		   const char *reason)
{
	struct mem_sink copy = { .data = malloc(good->len), .len = good->len };
	struct mem_src file;
	struct err e = { 0 };

	memcpy(copy.data, good->data, good->len);
	memcpy(copy.data + at, bytes, n);
	as_source(&file, &copy);
	CHECK(name, image_qcow2.check(&file.src, NULL, &e) && strstr(e.text, reason));
	if (!strstr(e.text, reason))
		printf("# it says: %s\n", e.text);
	src_close(&file.src);
}

static void damaged(void)
{
	struct kind kind = usual(&image_qcow2);
	struct map wanted MAP_AUTO = { 0 };
	struct mem_sink g;
	struct mem_src m;

	mem_src_begin(&m, MIB, 512);
	map_init(&wanted, MIB, MAP_DONE);
	write_image(&kind, &m, &wanted, &g);
	refuse("version 4", &g, 7, "\4", 1, "version 4");
	refuse("tiny clusters", &g, 23, "\3", 1, "damaged header");
	refuse("huge clusters", &g, 23, "\37", 1, "damaged header");
	refuse("encrypted", &g, 35, "\1", 1, "encrypted");
	refuse("a backing file", &g, 15, "\1", 1, "backing file");
	refuse("marked corrupt", &g, 79, "\2", 1, "marked corrupt");
	refuse("an external data file", &g, 79, "\4", 1, "another file");
	refuse("subclusters", &g, 79, "\20", 1, "features");
	refuse("an impossible size", &g, 24, "\377", 1, "impossible disk size");
	refuse("an L1 table too short", &g, 25, "\1", 1, "L1 table has 1 entries");
	refuse("an L1 table too long", &g, 36, "\377", 1, "L1 table");
	refuse("an L1 table outside", &g, 40, "\1", 1, "L1 table at");
	refuse("a refcount table outside", &g, 48, "\1", 1, "refcount table at");
	refuse("counts of 128 bits", &g, 99, "\7", 1, "2^7 bits");
	refuse("an L2 table outside", &g, CLUSTER + 2, "\1", 1, "L2 table");
	refuse("an L2 table that is used twice", &g, CLUSTER, "\0", 1, "lacks the flag");
	refuse("data outside", &g, 4 * CLUSTER + 2, "\1", 1, "data at");
	refuse("data over a table", &g, 4 * CLUSTER + 5, "\1", 1, "something else");
	refuse("data twice", &g, 4 * CLUSTER + 8 + 5, "\5", 1, "something else");
	refuse("compressed data that is none", &g, 4 * CLUSTER, "\100", 1, "is damaged");
	refuse("a count of zero", &g, 3 * CLUSTER + 1, "\0", 1, "its count is 0");
	refuse("a count of two", &g, 3 * CLUSTER + 11, "\2", 1, "its count is 2");
	free(g.data);
	src_close(&m.src);
}

static void leaks(void)
{
	struct kind kind = usual(&image_qcow2);
	struct map wanted MAP_AUTO = { 0 };
	struct buf notes BUF_AUTO = { 0 };
	struct mem_src m, file;
	struct mem_sink g;

	mem_src_begin(&m, MIB, 512);
	map_init(&wanted, MIB, MAP_DONE);
	write_image(&kind, &m, &wanted, &g);
	memset(g.data + 4 * CLUSTER, 0, 8); // the first data cluster is forgotten
	as_source(&file, &g);
	CHECK("a cluster nobody uses is no damage", !image_qcow2.check(&file.src, &notes, NULL));
	CHECK("but it is told", strstr(buf_str(&notes), "1 clusters are reserved") != NULL);
	src_close(&file.src);
	src_close(&m.src);
}

int main(void)
{
	round_trips();
	golden();
	large("1 TiB in use here and there", TIB, GIB, CLUSTER);
	large("64 TiB, almost empty", 64 * TIB, TIB, CLUSTER);
	large("8 TiB, full", 8 * TIB, 8 * TIB, 8 * TIB);
	damaged();
	leaks();
	TEST_END();
}
