// SPDX-License-Identifier: GPL-2.0-or-later
// A file as destination: two writers, going on, a medium that has no room.
#include "dest/dest.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
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
	two_writers(folder);
	left_over(folder, true, 6);
	left_over(folder, false, 0);
	failing_medium();
	rmdir(folder);
	TEST_END();
}
