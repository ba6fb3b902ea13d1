// SPDX-License-Identifier: GPL-2.0-or-later
// The snapshot store: well-formed ones of one and of several areas, and lies.
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/endian.h"
#include "test.h"
#include "work/cow.h"

#define CHUNK 4096u
#define PER_AREA (CHUNK / 16)
#define DISK (1024 * CHUNK - 1024) // the last chunk is not whole

static char path[] = "/tmp/salvor-cow-XXXXXX";

struct store {
	uint8_t *bytes;
	size_t chunks, n;
};

static void store_new(struct store *s, size_t chunks)
{
	*s = (struct store){ mem_zero(chunks, CHUNK), chunks, 0 };
	const le32 head[4] = { le32_put(0x70416e53), le32_put(1), le32_put(1),
			       le32_put(CHUNK / 512) };

	memcpy(s->bytes, head, sizeof head);
}

static void put_pair(struct store *s, size_t i, uint64_t old, uint64_t new)
{
	size_t area = i / PER_AREA, at = (1 + area * (PER_AREA + 1)) * CHUNK + i % PER_AREA * 16;
	le64 pair[2] = { le64_put(old), le64_put(new) };

	memcpy(s->bytes + at, pair, sizeof pair);
}

// As the kernel does: the next chunk that is no metadata area takes the
// contents.
static void change(struct store *s, uint64_t old, int fill)
{
	uint64_t new = 2 + s->n + s->n / PER_AREA;

	put_pair(s, s->n++, old, new);
	memset(s->bytes + new *CHUNK, fill, CHUNK);
}

static struct src *open_store(struct store *s)
{
	struct src *src = NULL;
	FILE *f = fopen(path, "w");

	fwrite(s->bytes, CHUNK, s->chunks, f);
	fclose(f);
	src_open(&src, path, NULL);
	return src;
}

// What cow_read says to the store; the error's text is left in text.
static int try_store(struct store *s, struct cow *c, char *text, size_t size)
{
	struct err e = { 0 };
	struct src *src SRC_AUTO = open_store(s);
	int rc = cow_read(c, src, DISK, &e);

	str_copy(text, size, e.text);
	return rc;
}

static void check_lie(const char *name, struct store *s, const char *word)
{
	char text[480];
	struct cow c;

	CHECK_INT(name, try_store(s, &c, text, sizeof text), -1);
	CHECK(name, strstr(text, word));
	free(s->bytes);
}

static void test_lies(void)
{
	struct store s;

	store_new(&s, 16);
	s.bytes[0] = 0;
	check_lie("wrong magic", &s, "no store");
	store_new(&s, 16);
	s.bytes[4] = 0;
	check_lie("invalid store", &s, "full");
	store_new(&s, 16);
	s.bytes[8] = 2;
	check_lie("unknown version", &s, "version 2");
	store_new(&s, 16);
	s.bytes[12] = 7;
	check_lie("chunk size no power of two", &s, "chunks of");
	store_new(&s, 16);
	put_pair(&s, 0, 1024, 2);
	check_lie("chunk beyond the disk", &s, "damaged");
	store_new(&s, 16);
	put_pair(&s, 0, 1, 16);
	check_lie("chunk beyond the store", &s, "damaged");
	store_new(&s, 16);
	put_pair(&s, 0, 1, 1);
	check_lie("contents in the metadata", &s, "damaged");
	store_new(&s, 16);
	put_pair(&s, 0, 5, 2);
	put_pair(&s, 1, 5, 3);
	check_lie("one chunk twice", &s, "twice");
	store_new(&s, 1);
	s.bytes[12] = 0;
	check_lie("chunk size 0", &s, "chunks of");
}

static void test_areas(void)
{
	struct store s;
	char text[480];
	struct cow c;

	store_new(&s, 2 * (PER_AREA + 1) + 100);
	for (size_t i = 0; i < PER_AREA + 3; i++)
		change(&s, PER_AREA + 3 - 1 - i, 1);
	CHECK_INT("two areas", try_store(&s, &c, text, sizeof text), 0);
	CHECK_INT("two areas: all pairs", c.n, PER_AREA + 3);
	CHECK("two areas: sorted", c.c[0].old == 0 && c.c[c.n - 1].old == PER_AREA + 2);
	cow_free(&c);
	free(s.bytes);
	store_new(&s, PER_AREA + 2);
	for (size_t i = 0; i < PER_AREA; i++)
		change(&s, i, 1);
	CHECK_INT("a full area at the store's end", try_store(&s, &c, text, sizeof text), 0);
	CHECK_INT("a full area: all pairs", c.n, PER_AREA);
	cow_free(&c);
	free(s.bytes);
}

static void test_changes(void)
{
	char disk_path[] = "/tmp/salvor-disk-XXXXXX";
	int fd = mkstemp(disk_path);
	struct src *disk SRC_AUTO = NULL, *store SRC_AUTO = NULL, *both SRC_AUTO = NULL;
	struct map m MAP_AUTO = { 0 };
	struct range r;
	struct store s;
	struct cow c;
	uint8_t got[1024];

	CHECK_INT("disk made", ftruncate(fd, DISK), 0);
	src_open(&disk, disk_path, NULL);
	store_new(&s, 16);
	change(&s, 7, 0);	// rewritten with what was there
	change(&s, 1023, 0xaa); // the short one at the end
	change(&s, 3, 0);
	memset(s.bytes + 4 * CHUNK + 512, 0xbb, 512); // one sector of it
	store = open_store(&s);
	CHECK_INT("read", cow_read(&c, store, disk->size, NULL), 0);
	CHECK_INT("compare", cow_changes(&c, store, disk, &m, NULL, NULL, NULL), 0);
	CHECK_INT("bytes changed", map_count(&m, MAP_DONE), 512 + 3072);
	CHECK("first range",
	      map_next(&m, 0, MAP_DONE, &r) && r.off == 3 * CHUNK + 512 && r.len == 512);
	CHECK("range at the end",
	      map_next(&m, r.off + r.len, MAP_DONE, &r) && r.off == 1023 * CHUNK);
	both = cow_src(&c, store, disk);
	CHECK_INT("read across", src_read(both, 3 * CHUNK + 256, got, sizeof got, NULL), 0);
	CHECK("read across: contents",
	      !got[255] && got[256] == 0xbb && got[767] == 0xbb && !got[768]);
	CHECK_INT("read over the end", src_read(both, DISK - 512, got, 1024, NULL), -1);
	cow_free(&c);
	free(s.bytes);
	close(fd);
	unlink(disk_path);
}

int main(void)
{
	close(mkstemp(path));
	test_areas();
	test_lies();
	test_changes();
	unlink(path);
	TEST_END();
}
