// SPDX-License-Identifier: GPL-2.0-or-later
// VMDK: both kinds byte for byte, limits, and what is refused, with its reason.
#include "image/vmdk.h"

#include <stdlib.h>

#include "base/size.h"
#include "mem_src.h"
#include "test.h"

#define GRAIN 65536u
#define SECTOR 512u

// Of the plain image of a disk of 1 MiB.
#define SECOND_DIR (21 * SECTOR)
#define SECOND_TABLE (22 * SECTOR)
#define DIR (26 * SECTOR)
#define TABLE (27 * SECTOR)

static bool put_all(struct image_plan *p, const struct mem_src *m, struct sink *s)
{
	struct packer *k = p->pack_max ? packer_new(p->set.packing) : NULL;
	uint8_t *packed = malloc(p->pack_max + 1);
	bool ok = true;

	for (uint64_t off = 0; ok && off < m->src.size; off += GRAIN) {
		size_t n = GRAIN;

		if (map_at(&p->used, off) != MAP_DONE)
			continue;
		if (k)
			n = p->ops->pack(p, k, off, m->data + off, packed);
		if (n)
			ok = !p->ops->put(p, s, off, k ? packed : m->data + off, n, NULL);
	}
	packer_free(k);
	free(packed);
	return ok;
}

// An image of [off, off + len) of a disk of whole grains.
static bool write_image(enum packing packing, const struct mem_src *m, uint64_t off, uint64_t len,
			struct mem_sink *sink)
{
	struct image_settings set = image_settings(&image_vmdk);
	struct image_plan p;
	struct map used;
	bool ok;

	set.packing = packing;
	mem_sink_begin(sink);
	map_init(&used, m->src.size, MAP_TODO);
	map_set(&used, off, len, MAP_DONE);
	if (image_plan(&p, &image_vmdk, &set, m->src.size, &used, NULL))
		return false;
	ok = !image_vmdk.begin(&p, &sink->sink, NULL) && put_all(&p, m, &sink->sink) &&
	     !image_vmdk.finish(&p, &sink->sink, NULL) && sink->len <= p.file_size &&
	     (packing == PACK_DEFLATE || sink->len == p.file_size);
	image_plan_free(&p);
	return ok;
}

static struct mem_src as_source(const uint8_t *data, size_t len)
{
	struct mem_src m;

	mem_src_begin(&m, 1, 512);
	free(m.data);
	m.data = malloc(len + 1);
	memcpy(m.data, data, len);
	m.src.size = len;
	return m;
}

static void check_text(const char *name, const struct mem_sink *s, const char *type)
{
	static const char begin[] = "# Disk DescriptorFile\nversion=1\nCID=";
	const char *text = (const char *)s->data + SECTOR;
	char want[512];

	CHECK(name, !memcmp(text, begin, strlen(begin)));
	snprintf(want, sizeof want,
		 "\nparentCID=ffffffff\ncreateType=\"%s\"\n\n# Extent description\n"
		 "RW 2048 SPARSE \"disk.vmdk\"\n\n# The Disk Data Base\n#DDB\n\n"
		 "ddb.virtualHWVersion = \"4\"\nddb.adapterType = \"lsilogic\"\n"
		 "ddb.geometry.cylinders = \"1\"\nddb.geometry.heads = \"255\"\n"
		 "ddb.geometry.sectors = \"63\"\n",
		 type);
	CHECK_STR(name, text + strlen(begin) + 8, want);
}

// A disk of 1 MiB with its third grain in use.
static void golden_plain(void)
{
	static const uint8_t header[SECTOR] = {
		'K',	    'D',       'M',	   'V', 1,
		0,	    0,	       0,	   3, // version 1; line ends, two directories
		[13] = 8,			      // 2048 sectors
		[20] = 128,			      // in a grain
		[28] = 1,   [36] = 20,		      // description
		[45] = 2,			      // 512 entries
		[48] = 21,  [56] = 26, [64] = 128,    // directories, first grain
		[73] = 10,  32,	       13,	   10,
	};
	static const uint8_t second[4] = { 22 }, dir[4] = { 27 }, table[16] = { [8] = 128 };
	struct mem_sink s;
	struct mem_src m;

	mem_src_begin(&m, MIB, 512);
	CHECK("golden plain: written", write_image(PACK_NONE, &m, 2 * GRAIN, 1, &s));
	CHECK_INT("golden plain: size", s.len, 2 * GRAIN);
	CHECK("golden plain: header", !memcmp(s.data, header, sizeof header));
	check_text("golden plain: description", &s, "monolithicSparse");
	CHECK("golden plain: second directory", !memcmp(s.data + SECOND_DIR, second, 4));
	CHECK("golden plain: directory", !memcmp(s.data + DIR, dir, 4));
	CHECK("golden plain: tables", !memcmp(s.data + TABLE, table, sizeof table) &&
					      !memcmp(s.data + SECOND_TABLE, table, sizeof table));
	CHECK("golden plain: data", !memcmp(s.data + GRAIN, m.data + 2 * GRAIN, GRAIN));
	free(s.data);
	src_close(&m.src);
}

// The same disk, packed. The grain's length is what its marker says.
static void golden_stream(void)
{
	static const uint8_t
		header
			[SECTOR] = {
				'K',	    'D',	'M',	  'V',	     3,
				0,	    0,		0,	  1,	     0,
				3, // version 3; packed, markers
				[13] = 8,   [20] = 128, [28] = 1, [36] = 20, [45] = 2,
				[56] = 255, 255,	255,	  255,	     255,
				255,	    255,	255, // the directory is at the end
				[64] = 128, [73] = 10,	32,	  13,	     10,
				1, // algorithm
			};
	static const uint8_t table_marker[SECTOR] = { 4, [12] = 1 },
			     dir_marker[SECTOR] = { 1, [12] = 2 };
	static const uint8_t footer_marker[SECTOR] = { 1, [12] = 3 }, end_marker[SECTOR];
	uint8_t footer[SECTOR], table[2048] = { [8] = 128 }, dir[SECTOR] = { 0 };
	struct mem_sink s;
	struct mem_src m;
	uint64_t at;

	mem_src_begin(&m, MIB, 512);
	CHECK("golden packed: written", write_image(PACK_DEFLATE, &m, 2 * GRAIN, 1, &s));
	CHECK("golden packed: header", !memcmp(s.data, header, sizeof header));
	check_text("golden packed: description", &s, "streamOptimized");
	CHECK_INT("golden packed: the grain's sector", s.data[GRAIN] | s.data[GRAIN + 1] << 8, 256);
	CHECK_INT("golden packed: the grain is zlib", s.data[GRAIN + 12] & 15, 8);
	at = s.data[GRAIN + 8] | s.data[GRAIN + 9] << 8 | s.data[GRAIN + 10] << 16;
	at = (GRAIN + 12 + at + SECTOR - 1) / SECTOR * SECTOR;
	CHECK_INT("golden packed: size", s.len, at + (1 + 4 + 1 + 1 + 1 + 1 + 1) * SECTOR);
	dir[0] = (uint8_t)(at / SECTOR + 1);
	memcpy(footer, header, sizeof footer);
	memset(footer + 56, 0, 8);
	footer[56] = (uint8_t)(at / SECTOR + 6);
	CHECK("golden packed: table", !memcmp(s.data + at, table_marker, SECTOR) &&
					      !memcmp(s.data + at + SECTOR, table, sizeof table));
	at += 5 * SECTOR;
	CHECK("golden packed: directory", !memcmp(s.data + at, dir_marker, SECTOR) &&
						  !memcmp(s.data + at + SECTOR, dir, SECTOR));
	CHECK("golden packed: footer", !memcmp(s.data + at + 2 * SECTOR, footer_marker, SECTOR) &&
					       !memcmp(s.data + at + 3 * SECTOR, footer, SECTOR));
	CHECK("golden packed: end", !memcmp(s.data + at + 4 * SECTOR, end_marker, SECTOR));
	free(s.data);
	src_close(&m.src);
}

static void description(const char *test, const char *name, const char *written)
{
	struct image_settings set = image_settings(&image_vmdk);
	struct mem_sink s;
	struct mem_src file;
	struct image_plan p;
	struct src *guest = NULL;
	struct map used;

	set.name = name;
	set.sector = 4096;
	map_init(&used, MIB, MAP_TODO);
	mem_sink_begin(&s);
	CHECK(test, !image_plan(&p, &image_vmdk, &set, MIB, &used, NULL) &&
			    !image_vmdk.begin(&p, &s.sink, NULL) &&
			    !image_vmdk.finish(&p, &s.sink, NULL));
	CHECK(test, strstr((char *)s.data + SECTOR, written));
	file = as_source(s.data, s.len);
	CHECK(test, image_vmdk.open(&file.src, &guest, NULL) == 1 && guest->sector == 4096);
	src_close(guest);
	src_close(&file.src);
	free(s.data);
	image_plan_free(&p);
}

static void descriptions(void)
{
	description("a name", "web server.vmdk", "RW 2048 SPARSE \"web server.vmdk\"\n");
	description("no name", NULL, "RW 2048 SPARSE \"disk.vmdk\"\n");
	description("a name that cannot be written", "a\"b", "SPARSE \"disk.vmdk\"\n");
	description("two lines", "a\nb", "SPARSE \"a?b\"\n");
}

// Data that does not shrink takes exactly what was planned; zeros take nothing.
static void extremes(void)
{
	uint64_t x = 88172645463325252ull;
	struct mem_sink s;
	struct mem_src m;

	mem_src_begin(&m, 3 * MIB, 512);
	for (uint64_t i = 0; i < m.src.size; i++) {
		x ^= x << 13, x ^= x >> 7, x ^= x << 17;
		m.data[i] = (uint8_t)(x >> 32);
	}
	CHECK("noise: written", write_image(PACK_DEFLATE, &m, 0, m.src.size, &s));
	CHECK_INT("noise: size", s.len, 128 * SECTOR + 48 * 129 * SECTOR + (5 + 2 + 3) * SECTOR);
	free(s.data);
	memset(m.data, 0, m.src.size);
	CHECK("zeros: written", write_image(PACK_DEFLATE, &m, 0, m.src.size, &s));
	CHECK_INT("zeros: size", s.len, 128 * SECTOR + (2 + 3) * SECTOR);
	free(s.data);
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

static int skip_only(struct sink *s, uint64_t len, struct err *e)
{
	(void)s;
	(void)len;
	(void)e;
	return 0;
}

static const struct sink_ops counting = { .write = count_only, .skip = skip_only };

// Tables only: what a large disk would need before its data.
static void large(const char *name, uint64_t size, uint64_t step, uint64_t len)
{
	struct image_settings set = image_settings(&image_vmdk);
	struct sink s = { &counting, 0 };
	struct image_plan p;
	struct map used;
	uint64_t data;

	set.packing = PACK_NONE;
	map_init(&used, size, MAP_TODO);
	for (uint64_t off = 0; off < size; off += step)
		map_set(&used, off, len, MAP_DONE);
	map_set(&used, size - 1, 1, MAP_DONE);
	CHECK(name, !image_plan(&p, &image_vmdk, &set, size, &used, NULL));
	data = (map_count(&p.used, MAP_DONE) + GRAIN - 1) / GRAIN * GRAIN;
	CHECK(name, !image_vmdk.begin(&p, &s, NULL));
	CHECK_INT(name, s.pos + data, p.file_size);
	image_plan_free(&p);
}

// A large disk, packed: what is used are its first and its last grain.
static void large_packed(uint64_t size)
{
	struct image_settings set = image_settings(&image_vmdk);
	struct sink s = { &counting, 0 };
	uint8_t *data = calloc(1, GRAIN), *packed;
	struct image_plan p;
	struct map used;
	struct packer *k;
	size_t n;

	map_init(&used, size, MAP_TODO);
	map_set(&used, 0, 1, MAP_DONE);
	map_set(&used, size - 1, 1, MAP_DONE);
	CHECK("a large disk, packed", !image_plan(&p, &image_vmdk, &set, size, &used, NULL));
	CHECK_INT("its packing", p.set.packing, PACK_ZLIB);
	packed = malloc(p.pack_max);
	k = packer_new(p.set.packing);
	image_vmdk.begin(&p, &s, NULL);
	CHECK_INT("a grain of zeros", image_vmdk.pack(&p, k, 0, data, packed), 0);
	data[5] = 1;
	n = image_vmdk.pack(&p, k, 0, data, packed);
	CHECK("its first grain", !image_vmdk.put(&p, &s, 0, packed, n, NULL));
	n = image_vmdk.pack(&p, k, size - GRAIN, data, packed);
	CHECK("its last grain", !image_vmdk.put(&p, &s, size - GRAIN, packed, n, NULL));
	CHECK("not packed", image_vmdk.put(&p, &s, size - GRAIN, data, GRAIN, NULL));
	CHECK("another grain's", image_vmdk.put(&p, &s, size - 2 * GRAIN, packed, n, NULL));
	CHECK("finished", !image_vmdk.finish(&p, &s, NULL));
	CHECK_INT("its size", s.pos,
		  GRAIN + 2 * n + 2 * 5 * SECTOR + size / (32 * MIB) * 4 + 4 * SECTOR);
	packer_free(k);
	free(data);
	free(packed);
	image_plan_free(&p);
}

static void refuse_plan(const char *name, uint64_t size, uint64_t used_len, const char *reason)
{
	struct image_settings set = image_settings(&image_vmdk);
	struct err e = { 0 };
	struct image_plan p;
	struct map used;

	map_init(&used, size, MAP_TODO);
	map_set(&used, 0, used_len, MAP_DONE);
	CHECK(name, image_plan(&p, &image_vmdk, &set, size, &used, &e));
	CHECK_INT(name, e.kind, ERR_USAGE);
	CHECK(name, strstr(e.text, reason));
}

static void refuse_file(const char *name, struct mem_src *file, const char *reason)
{
	struct buf notes BUF_AUTO = { 0 };
	struct err e = { 0 };

	CHECK(name, image_vmdk.check(&file->src, &notes, &e) && strstr(e.text, reason));
	if (!strstr(e.text, reason))
		printf("# it says: %s\n", e.text);
	src_close(&file->src);
}

// A copy of a good image, with other bytes at one place, is refused for that reason.
static void refuse(const char *name, const struct mem_sink *good, size_t at, const void *bytes,
		   size_t n, const char *reason)
{
	struct mem_src file = as_source(good->data, good->len);

	memcpy(file.data + at, bytes, n);
	refuse_file(name, &file, reason);
}

static void cut(const char *name, const struct mem_sink *good, size_t len, const char *reason)
{
	struct mem_src file = as_source(good->data, len);

	refuse_file(name, &file, reason);
}

// The same for an entry of the plain image's table, in both copies.
static void refuse_entry(const char *name, const struct mem_sink *good, size_t i, uint32_t sector,
			 const char *reason)
{
	struct mem_src file = as_source(good->data, good->len);
	le32 entry = le32_put(sector);

	memcpy(file.data + TABLE + i * 4, &entry, 4);
	memcpy(file.data + SECOND_TABLE + i * 4, &entry, 4);
	refuse_file(name, &file, reason);
}

static void damaged_plain(void)
{
	struct mem_sink g;
	struct mem_src m;

	mem_src_begin(&m, MIB, 512);
	write_image(PACK_NONE, &m, 0, MIB, &g);
	refuse("version 4", &g, 4, "\4", 1, "version 4");
	refuse("an unknown flag", &g, 11, "\1", 1, "features");
	refuse("changed line ends", &g, 75, "\n", 1, "line ends");
	refuse("algorithm without flag", &g, 77, "\1", 1, "packed in a way");
	refuse("flag without algorithm", &g, 10, "\3", 1, "packed in a way");
	refuse("no size", &g, 13, "\0", 1, "impossible disk size");
	refuse("a huge size", &g, 19, "\1", 1, "impossible disk size");
	refuse("a larger size", &g, 16, "\1", 1, "grain directory at sector");
	refuse("grains of 3 sectors", &g, 20, "\3", 1, "grains of 3 sectors");
	refuse("grains of 0 sectors", &g, 20, "\0", 1, "grains of 0 sectors");
	refuse("grains of 16 MiB and more", &g, 22, "\377", 1, "grains of");
	refuse("tables of 0 entries", &g, 45, "\0", 1, "tables of 0 entries");
	refuse("tables of 1024 entries", &g, 45, "\4", 1, "tables of 1024 entries");
	refuse("a description outside", &g, 31, "\1", 1, "the description at sector 0x1000001");
	refuse("no description", &g, 28, "\0", 1, "no description");
	refuse("a parent", &g, SECTOR + 56, "0", 1, "snapshot");
	refuse("another kind", &g, SECTOR + 86, "Flat\"", 5, "of the kind monolithicFlat");
	refuse("a directory outside", &g, 57, "\20", 1, "the grain directory at sector 0x101a");
	refuse("no directory", &g, 56, "\0", 1, "the grain directory at sector 0x0");
	refuse("a second directory outside", &g, 51, "\1", 1, "the second grain directory at");
	refuse("a directory in the description", &g, 56, "\2", 1, "something else");
	refuse("first grain outside", &g, 66, "\1", 1, "the first grain at sector 0x10080");
	refuse("a table outside", &g, DIR + 2, "\1", 1, "table 0 at sector 0x1001b");
	refuse("a table over the directory", &g, DIR, "\32", 1, "something else");
	refuse("a lost table", &g, DIR, "\0", 1, "two copies of table 0");
	refuse("a lost second table", &g, SECOND_DIR, "\0", 1, "two copies of table 0");
	refuse("different copies", &g, SECOND_TABLE, "\0", 1, "two copies of table 0");
	refuse_entry("a grain outside", &g, 1, 0x10000, "a grain at sector 0x10000");
	refuse_entry("a grain twice", &g, 1, 0x80, "a grain at sector 0x80 lies where");
	refuse_entry("a grain over a table", &g, 1, 0x1b, "a grain at sector 0x1b lies where");
	refuse_entry("a grain behind the disk", &g, 16, 0x80, "behind the disk's end");
	cut("without its end", &g, g.len - SECTOR, "does not lie inside");
	cut("without its data", &g, GRAIN - SECTOR, "the first grain");
	cut("only the header", &g, SECTOR, "the description");
	free(g.data);
	src_close(&m.src);
}

static void damaged_packed(void)
{
	struct mem_sink g;
	struct mem_src m;
	size_t end, next;

	mem_src_begin(&m, MIB, 512);
	write_image(PACK_DEFLATE, &m, 0, MIB, &g);
	end = g.len; // from there backwards: end, footer, marker, directory, marker, table, marker
	next = GRAIN + 12 + (g.data[GRAIN + 8] | g.data[GRAIN + 9] << 8);
	next = (next + SECTOR - 1) / SECTOR * SECTOR;
	refuse("a footer that differs", &g, end - 2 * SECTOR + 13, "\11", 1, "do not agree");
	refuse("no footer", &g, end - 2 * SECTOR, "k", 1, "no footer");
	refuse("a footer without directory", &g, end - 2 * SECTOR + 56,
	       "\377\377\377\377\377\377\377\377", 8, "no footer");
	refuse("a directory elsewhere", &g, end - 2 * SECTOR + 57, "\40", 1, "directory at sector");
	refuse("grain of another place", &g, GRAIN, "\1", 1, "the grain of 0x0, at 0x10000");
	refuse("no grain", &g, next + 8, "\0\0", 2, "the grain of 0x10000");
	refuse("a huge grain", &g, next + 11, "\1", 1, "impossible length");
	refuse("a changed bit", &g, next + 70, "\2\3\2", 3, "cannot be unpacked");
	refuse("a lost grain", &g, end - 9 * SECTOR, "\0", 1, "data at sector 0x80 is named by no");
	refuse("a grain twice", &g, end - 9 * SECTOR + 4, g.data + end - 9 * SECTOR, 4, "another");
	refuse("a lost table", &g, end - 4 * SECTOR, "\0\0", 2, "is named by no table");
	refuse("no marker of the table", &g, end - 10 * SECTOR + 12, "\3", 1, "not at the end");
	refuse("an unknown marker", &g, end - 10 * SECTOR + 12, "\7", 1, "something unknown");
	refuse("an early end", &g, end - 5 * SECTOR, "\0\0\0\0\0\0\0\0\0\0\0\0\0", 13, "behind it");
	refuse("another end", &g, end - SECTOR, "\1", 1, "the last marker at sector");
	cut("without its end", &g, end - SECTOR, "no footer");
	cut("its first half", &g, end / 2, "no footer");
	cut("only the header", &g, 3 * SECTOR, "the description");
	free(g.data);
	src_close(&m.src);
}

static void refuse_text(const char *name, const char *text, const char *reason)
{
	uint8_t start[512] = { 0 };
	struct mem_src file;
	const struct image_ops *ops;
	struct src *guest = NULL;
	struct err e = { 0 };

	memcpy(start, text, strlen(text));
	file = as_source(start, sizeof start);
	CHECK(name, image_open(&file.src, &guest, &ops, &e) && strstr(e.text, reason));
	if (!strstr(e.text, reason))
		printf("# it says: %s\n", e.text);
	src_close(guest);
	src_close(&file.src);
}

static void foreign(void)
{
	refuse_text("flat",
		    "# Disk DescriptorFile\nparentCID=ffffffff\ncreateType=\"vmfs\"\n"
		    "RW 41943040 VMFS \"web-flat.vmdk\"\n",
		    "whose data is in web-flat.vmdk: take that file, it is a raw image");
	refuse_text("split",
		    "# disk descriptorFile\r\ncreateType=\"twoGbMaxExtentSparse\"\r\n"
		    "RW 4192256 SPARSE \"a b-s001.vmdk\"\r\nRW 1 SPARSE \"a b-s002.vmdk\"\r\n",
		    "split into 2 files, the first is a b-s001.vmdk");
	refuse_text("one sparse part",
		    "# Disk DescriptorFile\ncreateType=\"vmfsSparse\"\n"
		    "RW 4192256 VMFSSPARSE \"x-delta.vmdk\"\n",
		    "whose data is in x-delta.vmdk: let qemu-img convert");
	refuse_text("a snapshot",
		    "# Disk DescriptorFile\nparentCID = 12345678\n"
		    "createType=\"vmfsSparse\"\nRW 1 VMFSSPARSE \"x-delta.vmdk\"\n",
		    "its parent has the ID 12345678");
	refuse_text("nothing more", "# Disk DescriptorFile\n", "only describes a disk");
	refuse_text("an ESX disk", "COWD\1", "the data of an ESX disk");
	refuse_text("an ESXi snapshot", "\276\272\376\312", "the data of an ESXi snapshot");
}

// What the operator should know though the guest's bytes are right.
static void notes(void)
{
	struct buf notes BUF_AUTO = { 0 };
	struct mem_src m, file;
	struct mem_sink g;

	mem_src_begin(&m, MIB, 512);
	write_image(PACK_NONE, &m, 0, MIB, &g);
	file = as_source(g.data, g.len);
	file.data[72] = 1;
	file.data[TABLE] = file.data[SECOND_TABLE] = 0;
	memcpy(strstr((char *)file.data + SECTOR, "2048"), "2047", 4);
	CHECK("what is harmless is no damage", !image_vmdk.check(&file.src, &notes, NULL));
	CHECK("unused sectors", strstr(buf_str(&notes), "128 sectors are reserved but not used"));
	CHECK("not closed", strstr(buf_str(&notes), "not closed cleanly"));
	CHECK("two sizes", strstr(buf_str(&notes), "speaks of 2047 sectors, its header of 2048"));
	src_close(&file.src);
	free(g.data);
	src_close(&m.src);
}

static void stored(void)
{
	struct map map MAP_AUTO = { 0 };
	struct mem_sink g;
	struct mem_src m, file;
	struct src *guest = NULL;

	mem_src_begin(&m, MIB, 512);
	write_image(PACK_DEFLATE, &m, 2 * GRAIN, 3 * GRAIN, &g); // of which one is zeros
	file = as_source(g.data, g.len);
	CHECK("opened", image_vmdk.open(&file.src, &guest, NULL) == 1);
	map_init(&map, guest->size, MAP_TODO);
	CHECK("what is stored", !image_vmdk.stored(guest, &map, NULL));
	CHECK_INT("stored: how much", map_count(&map, MAP_DONE), 2 * GRAIN);
	CHECK_INT("stored: the first", map_at(&map, 2 * GRAIN), MAP_DONE);
	CHECK_INT("stored: zeros", map_at(&map, 3 * GRAIN), MAP_TODO);
	CHECK_INT("stored: the last", map_at(&map, 4 * GRAIN), MAP_DONE);
	src_close(guest);
	src_close(&file.src);
	free(g.data);
	src_close(&m.src);
}

int main(void)
{
	golden_plain();
	golden_stream();
	descriptions();
	extremes();
	large("1 TiB in use here and there", TIB, GIB, GRAIN);
	large("16 TiB, almost empty", 16 * TIB, TIB, GRAIN);
	large("64 TiB, almost empty", 64 * TIB, 4 * TIB, GRAIN);
	large_packed(16 * TIB);
	refuse_plan("no disk", 0, 0, "not possible");
	refuse_plan("more than 64 TiB", 64 * TIB + 512, 1, "64.0 TiB are the most");
	refuse_plan("2 TiB in use", 4 * TIB, 2 * TIB, "its tables reach 2.0 TiB only");
	damaged_plain();
	damaged_packed();
	foreign();
	notes();
	stored();
	TEST_END();
}
