// SPDX-License-Identifier: GPL-2.0-or-later
// A file as destination: two writers, going on, a medium that has no room.
#include "dest/dest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "base/size.h"
#include "dest/writer.h"
#include "test.h"

static struct dest *begin(const char *path)
{
	struct dest_env env = { .name = "name" };
	struct dest *d = NULL;
	struct err e = { 0 };

	CHECK_STR("made", dest_make(&d, path, &env, &e) ? e.text : "", "");
	return d;
}

static void two_writers(const char *folder)
{
	char *path STR_AUTO = mem_printf("%s/copy.img", folder);
	struct dest *first = begin(path), *second = begin(path);
	struct stat st = { 0 };
	struct err e = { 0 };

	CHECK("the first opens", !first->ops->open(first, 10, &e));
	CHECK("and writes", !sink_write(&first->sink, "0123456789", 10, &e));
	CHECK("the second is refused",
	      second->ops->open(second, 10, &e) && strstr(e.text, "another Salvor"));
	dest_free(second);
	CHECK("what the first wrote is there", !stat(first->part, &st) && st.st_size == 10);
	CHECK("the first ends", !first->ops->close(first, "", &e));
	CHECK("under its name", !stat(path, &st) && st.st_size == 10);
	dest_free(first);
	unlink(path);
}

// What lies there at the end is asked of the medium anew. split: in parts of 1 MiB.
static void compared(const char *folder, uint64_t split, const char *harm, const char *wanted)
{
	char *path STR_AUTO = mem_printf("%s/back.img", folder);
	char *part STR_AUTO = mem_printf("%s%s.part", path, split ? ".002" : "");
	struct dest *d = begin(path);
	static char data[MIB + MIB / 2 + 77];
	struct sha256 sha;
	struct err e = { 0 };
	char hex[65];

	memset(data, 'x', sizeof data);
	sha256_begin(&sha);
	sha256_add(&sha, data, sizeof data);
	sha256_end(&sha, hex);
	d->split = split;
	d->compare = harm && *harm == '-' ? DEST_AS_USUAL : DEST_READ_BACK;
	CHECK("opened", !d->ops->open(d, sizeof data, &e));
	CHECK("written", !sink_write(&d->sink, data, sizeof data, &e) && !d->ops->sync(d, &e));
	if (harm && *harm == '-') {
		CHECK("shorter", !truncate(part, 500));
	} else if (harm) {
		FILE *f = fopen(part, "r+");

		fseek(f, 1000, SEEK_SET);
		fputs(harm, f);
		fclose(f);
	}
	if (wanted) {
		CHECK("refused", d->ops->close(d, hex, &e) && strstr(e.text, wanted));
		CHECK("no final name", access(path, F_OK));
		d->ops->abort(d);
	} else {
		CHECK_STR("closed", d->ops->close(d, hex, &e) ? e.text : "", "");
		CHECK_STR("what was compared", d->compared, "length and SHA-256, read back");
		unlink(path);
	}
	dest_free(d);
	if (split && !wanted)
		for (unsigned i = 1; i <= 2; i++) {
			char *name STR_AUTO = mem_printf("%s.%03u", path, i);

			unlink(name);
		}
}

// What an unfinished run left is cut where its map was saved, or begun anew.
static void left_over(const char *folder, bool resume, off_t size)
{
	char *path STR_AUTO = mem_printf("%s/left.img", folder);
	struct dest *d = begin(path);
	struct stat st = { 0 };
	FILE *f = fopen(d->part, "w");
	struct err e = { 0 };

	fputs("0123456789", f);
	fclose(f);
	d->resume = resume;
	d->resume_at = 6;
	CHECK("opened", !d->ops->open(d, 10, &e));
	CHECK_INT("written up to", d->sink.pos, size);
	CHECK("cut there", !stat(d->part, &st) && st.st_size == size);
	d->ops->abort(d);
	dest_free(d);
}

// /dev/full takes nothing; a device of characters cannot be sent to its medium in pieces either.
static void failing_medium(void)
{
	char *data = mem_zero(1, 9 * MIB);
	FILE *null = fopen("/dev/null", "w"), *full = fopen("/dev/full", "w");
	struct writer good = { .fd = fileno(null), .name = "null" };
	struct writer bad = { .fd = fileno(full), .name = "full" };
	struct err e = { 0 };

	CHECK("no room is told", writer_put(&bad, 0, data, 1, &e) && e.num == ENOSPC);
	CHECK("writing out that fails is told",
	      writer_put(&good, 0, data, 9 * MIB, &e) && strstr(e.text, "buffered"));
	fclose(null);
	fclose(full);
	free(data);
}

int main(void)
{
	char folder[] = "/tmp/salvor-file-XXXXXX";

	if (!mkdtemp(folder))
		return 1;
	for (uint64_t split = 0; split <= MIB; split += MIB) {
		compared(folder, split, NULL, NULL);
		compared(folder, split, "y", "SOMETHING ELSE");
		compared(folder, split, "-", "500 bytes of it are there");
	}
	compared(folder, MIB + 1, NULL, NULL); // parts that do not begin with a block
	two_writers(folder);
	left_over(folder, true, 6);
	left_over(folder, false, 0);
	failing_medium();
	rmdir(folder);
	TEST_END();
}
