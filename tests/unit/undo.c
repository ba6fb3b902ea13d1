// SPDX-License-Identifier: GPL-2.0-or-later
// The undo file: round trip, damage in every place, and commits cut at every
// write.
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "test.h"
#include "work/undo.h"

#define SIZE (64 * 1024)

static char folder[] = "/tmp/salvor-undo-XXXXXX";
static char *disk_path, *new_path, *undo_path;
static uint8_t old[SIZE], new[SIZE];
static struct disk disk = { .size = SIZE, .sector = 512, .model = "Model 1", .serial = "S123" };
static struct map changes;

static void put_file(const char *path, const void *p, size_t n)
{
	FILE *f = fopen(path, "w");

	fwrite(p, 1, n, f);
	fclose(f);
}

static size_t get_file(const char *path, uint8_t *p, size_t max)
{
	FILE *f = fopen(path, "r");
	size_t n = fread(p, 1, max, f);

	fclose(f);
	return n;
}

static bool disk_is(const uint8_t *want)
{
	static uint8_t got[SIZE];

	return get_file(disk_path, got, SIZE) == SIZE && !memcmp(got, want, SIZE);
}

static void make_sides(void)
{
	static const uint32_t at[] = { 0, 1, 5, 70, 126, 127 }; // sectors

	for (size_t i = 0; i < SIZE; i++)
		old[i] = (uint8_t)(i / 512 + i);
	memcpy(new, old, SIZE);
	map_init(&changes, SIZE, MAP_TODO);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		memset(new + at[i] * 512, 0x40 + (int)i, 512);
		map_set(&changes, at[i] * 512, 512, MAP_DONE);
	}
	put_file(disk_path, old, SIZE);
	put_file(new_path, new, SIZE);
}

static int write_undo(struct err *e)
{
	struct src *a SRC_AUTO = NULL, *b SRC_AUTO = NULL;

	src_open(&a, disk_path, NULL);
	src_open(&b, new_path, NULL);
	return undo_write(undo_path, &disk, &changes, a, b, NULL, e);
}

static void test_round_trip(void)
{
	struct disk file;
	struct real *t;
	uint64_t count, first;
	struct undo u;
	struct err e;

	CHECK_INT("written", write_undo(&e), 0);
	CHECK_INT("not written over", write_undo(&e), -1);
	CHECK_INT("opened", undo_open(&u, undo_path, NULL, &e), 0);
	CHECK_STR("model", u.model, "Model 1");
	CHECK_STR("serial", u.serial, "S123");
	CHECK_INT("ranges", u.n, 4);
	CHECK_INT("bytes", u.bytes, 6 * 512);
	CHECK_INT("file as a disk", disk_of_path(&file, disk_path, &e), 0);
	CHECK_INT("it fits", undo_check_disk(&u, &file, &e), 0);
	CHECK_INT("disk opened", real_open(&t, &file, &e), 0);
	CHECK_INT("new side", undo_apply(&u, UNDO_NEW, t, NULL, &e), 0);
	CHECK("new contents", disk_is(new));
	CHECK_INT("nothing foreign", undo_foreign(&u, t, &count, &first, NULL, &e) || count, 0);
	CHECK_INT("old side", undo_apply(&u, UNDO_OLD, t, NULL, &e), 0);
	CHECK("old contents", disk_is(old));
	CHECK_INT("spoil", t->ops->write(t, 70 * 512 + 3, "x", 1, &e), 0);
	CHECK_INT("foreign", undo_foreign(&u, t, &count, &first, NULL, &e), 0);
	CHECK("foreign: which", count == 1 && first == 70 * 512);
	CHECK_INT("old side again", undo_apply(&u, UNDO_OLD, t, NULL, &e), 0);
	real_close(t);
	file.size -= 512;
	CHECK_INT("smaller disk refused", undo_check_disk(&u, &file, &e), -1);
	file.size += 512;
	str_copy(file.serial, sizeof file.serial, "S124");
	CHECK_INT("other serial refused", undo_check_disk(&u, &file, &e), -1);
	undo_close(&u);
}

// Every length but the right one, every byte flipped: refused.
static void test_damage(void)
{
	static uint8_t file[32 * 1024], bad[sizeof file];
	size_t n = get_file(undo_path, file, sizeof file), lengths = 0, flips = 0;
	char *path STR_AUTO = mem_printf("%s/damaged", folder);
	struct undo u;
	struct err e;

	for (size_t k = 0; k < n; k += k < 600 ? 1 : 97) {
		put_file(path, file, k);
		lengths += undo_open(&u, path, NULL, &e) == 0;
	}
	CHECK_INT("cut files accepted", lengths, 0);
	for (size_t k = 0; k < n; k += k < 700 ? 1 : 61) {
		memcpy(bad, file, n);
		bad[k] ^= 0x10;
		put_file(path, bad, n);
		if (!undo_open(&u, path, NULL, &e)) {
			flips++;
			undo_close(&u);
		}
	}
	CHECK_INT("flipped bytes accepted", flips, 0);
	unlink(path);
}

// A disk whose power fails: after some writes nothing reaches it, the last
// write is torn in half.
struct failing {
	struct real real;
	struct real *disk;
	int left;
};

static int failing_read(struct real *t, uint64_t off, void *p, size_t n, struct err *e)
{
	return ((struct failing *)t)->disk->ops->read(((struct failing *)t)->disk, off, p, n, e);
}

static int failing_write(struct real *t, uint64_t off, const void *p, size_t n, struct err *e)
{
	struct failing *f = (struct failing *)t;

	if (f->left-- > 0)
		return f->disk->ops->write(f->disk, off, p, n, e);
	if (f->left == -1)
		f->disk->ops->write(f->disk, off, p, n / 1024 * 512, e);
	return err_set(e, EIO, "power");
}

static int failing_flush(struct real *t, struct err *e)
{
	(void)t;
	(void)e;
	return 0;
}

static void cut(const char *name, enum undo_side first, enum undo_side second)
{
	static const struct real_ops ops = { failing_read, failing_write, failing_flush, NULL };
	const uint8_t *from = first == UNDO_NEW ? old : new, *to = second == UNDO_NEW ? new : old;
	int bad = 0, cuts = 0;
	struct real *disk_file;
	struct disk file;
	struct undo u;

	undo_open(&u, undo_path, NULL, NULL);
	disk_of_path(&file, disk_path, NULL);
	for (int writes = 0; writes < 16; writes++) {
		struct failing f = { .real = { &ops, SIZE, "failing" }, .left = writes };
		uint64_t count = 0, at;

		put_file(disk_path, from, SIZE);
		real_open(&disk_file, &file, NULL);
		f.disk = disk_file;
		cuts += undo_apply(&u, first, &f.real, NULL, NULL) != 0;
		bad += undo_foreign(&u, disk_file, &count, &at, NULL, NULL) || count;
		bad += undo_apply(&u, second, disk_file, NULL, NULL) != 0;
		real_close(disk_file);
		bad += !disk_is(to);
	}
	undo_close(&u);
	CHECK(name, cuts > 0 && cuts < 16);
	CHECK_INT(name, bad, 0);
}

int main(void)
{
	if (!mkdtemp(folder))
		return 1;
	disk_path = mem_printf("%s/disk", folder);
	new_path = mem_printf("%s/new", folder);
	undo_path = mem_printf("%s/undo", folder);
	make_sides();
	test_round_trip();
	test_damage();
	cut("commit cut, then finished", UNDO_NEW, UNDO_NEW);
	cut("commit cut, then undone", UNDO_NEW, UNDO_OLD);
	cut("undo cut, then repeated", UNDO_OLD, UNDO_OLD);
	unlink(disk_path);
	unlink(new_path);
	unlink(undo_path);
	rmdir(folder);
	map_free(&changes);
	free(disk_path);
	free(new_path);
	free(undo_path);
	TEST_END();
}
