// SPDX-License-Identifier: GPL-2.0-or-later
// What was written is read back: lengths around the blocks it is read in, bytes that are others, a
// read that fails, an operator who stops.
#include "dest/read_back.h"

#include <stdlib.h>

#include "base/sha256.h"
#include "base/size.h"
#include "test.h"

#define MOST (3 * READ_BACK_BLOCK + 1)

struct medium {
	uint64_t next;	       // where the next read has to begin
	uint64_t wrong, fails; // a byte that is another, one that fails; UINT64_MAX: none
	bool astray;
};

static uint8_t right(uint64_t off)
{
	return (uint8_t)(off * 7 + off / 4099);
}

static int read_medium(void *arg, uint64_t off, void *p, size_t n, struct err *e)
{
	struct medium *m = arg;
	uint8_t *to = p;

	m->astray |= off != m->next || (uintptr_t)p % 4096;
	m->next += n;
	if (m->fails >= off && m->fails < off + n)
		return err_set(e, EIO, "the medium fails");
	for (size_t i = 0; i < n; i++)
		to[i] = right(off + i);
	if (m->wrong >= off && m->wrong < off + n)
		to[m->wrong - off] ^= 1;
	return 0;
}

static void hash(uint64_t size, char hex[65])
{
	struct sha256 sha;

	sha256_begin(&sha);
	for (uint64_t off = 0; off < size; off++)
		sha256_add(&sha, &(uint8_t){ right(off) }, 1);
	sha256_end(&sha, hex);
}

// 0, or why it failed.
static int run(uint64_t size, const char *hex, uint64_t wrong, uint64_t fails, struct ui *ui)
{
	struct medium m = { .wrong = wrong, .fails = fails };
	struct dest d = { .shown = "medium" };
	struct err e = { 0 };
	int rc = read_back(&d, read_medium, &m, size, hex, ui, &e);

	if (m.astray || !rc != (d.compared != NULL))
		return -1;
	return !rc ? 0 : e.kind == ERR_STOPPED ? ECANCELED : e.num;
}

static bool cancelled(struct ui *ui)
{
	(void)ui;
	return true;
}

int main(void)
{
	static const uint64_t sizes[] = { 0,
					  1,
					  READ_BACK_BLOCK - 1,
					  READ_BACK_BLOCK,
					  READ_BACK_BLOCK + 1,
					  2 * READ_BACK_BLOCK,
					  MOST };
	static const struct ui_ops ops = { .cancelled = cancelled };
	struct ui impatient = { &ops };
	char name[64], hex[65];

	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		snprintf(name, sizeof name, "%llu bytes", (unsigned long long)sizes[i]);
		hash(sizes[i], hex);
		CHECK_INT(name, run(sizes[i], hex, UINT64_MAX, UINT64_MAX, NULL), 0);
	}
	for (uint64_t off = 0; off < MOST; off += READ_BACK_BLOCK) {
		snprintf(name, sizeof name, "another byte in block %u",
			 (unsigned)(off / READ_BACK_BLOCK));
		CHECK_INT(name, run(MOST, hex, off, UINT64_MAX, NULL), EBADMSG);
	}
	CHECK_INT("the last byte is another", run(MOST, hex, MOST - 1, UINT64_MAX, NULL), EBADMSG);
	CHECK_INT("the first read fails", run(MOST, hex, UINT64_MAX, 0, NULL), EIO);
	CHECK_INT("the last read fails", run(MOST, hex, UINT64_MAX, MOST - 1, NULL), EIO);
	CHECK_INT("stopped", run(MOST, hex, UINT64_MAX, UINT64_MAX, &impatient), ECANCELED);
	TEST_END();
}
