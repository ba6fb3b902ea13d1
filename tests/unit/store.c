// SPDX-License-Identifier: GPL-2.0-or-later
// The work disk's store: how large, and what must not be touched.
#include "work/store.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/size.h"
#include "test.h"

static void make(const char *folder)
{
	char *path STR_AUTO = mem_printf("%s/store", folder), file[256];
	struct err e = { 0 };
	struct stat st = { 0 };
	uint64_t size = 0;

	CHECK_STR("made", store_make(path, 8 * MIB, file, &size, &e) ? e.text : "", "");
	CHECK_STR("its path", file, path);
	CHECK("as large as told", !stat(path, &st) && (uint64_t)st.st_size == size);
	CHECK("a file that is there is refused",
	      store_make(path, 8 * MIB, file, &size, &e) && e.num == EEXIST);
	CHECK("and stays", !access(path, F_OK));
	CHECK_STR("and is not taken for ours", file, "");
	CHECK("removed", !store_remove(path, false, NULL) && access(path, F_OK));
	CHECK("no folder", store_make("/nowhere/store", 8 * MIB, file, &size, &e) && !file[0]);
	CHECK("no whole path", store_make("store", 8 * MIB, file, &size, &e) && !file[0]);
}

int main(void)
{
	char folder[] = "/tmp/salvor-store-XXXXXX";

	CHECK_INT("half of the memory", store_ram_size(200 * MIB, GIB), 100 * MIB);
	CHECK("never more than the disk can need", store_ram_size(64 * GIB, GIB) < 2 * GIB);
	if (!mkdtemp(folder))
		return 1;
	make(folder);
	rmdir(folder);
	TEST_END();
}
