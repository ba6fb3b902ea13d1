// SPDX-License-Identifier: GPL-2.0-or-later
// SHA-256: the examples of FIPS 180-2 appendix B, and both paths against each other in all
// alignments.
#include "base/sha256.h"

#include <stdlib.h>

#include "test.h"

static void hash(const void *p, size_t n, size_t step, char hex[65])
{
	struct sha256 s;

	sha256_begin(&s);
	for (size_t i = 0; i < n; i += step)
		sha256_add(&s, (const char *)p + i, n - i < step ? n - i : step);
	sha256_end(&s, hex);
}

static void examples(const char *path)
{
	static const struct {
		const char *name, *text, *want;
	} t[] = {
		{ "nothing", "",
		  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ "abc", "abc",
		  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "448 bits", "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
	};
	char hex[65], name[64], *million = malloc(1000000);

	for (size_t i = 0; i < sizeof t / sizeof *t; i++) {
		hash(t[i].text, strlen(t[i].text), 64, hex);
		snprintf(name, sizeof name, "%s: %s", path, t[i].name);
		CHECK_STR(name, hex, t[i].want);
	}
	memset(million, 'a', 1000000);
	hash(million, 1000000, 999, hex);
	snprintf(name, sizeof name, "%s: a million times a", path);
	CHECK_STR(name, hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

// Every length around the padding's corners, in pieces of every size.
static bool agree(void)
{
	char a[65], b[65], data[300];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (char)(i * 7 + i / 13);
	for (size_t n = 0; n < sizeof data; n++) {
		sha256_use_portable = true;
		hash(data, n, sizeof data, a);
		sha256_use_portable = false;
		for (size_t step = 1; step < 130; step += 9) {
			hash(data, n, step, b);
			if (strcmp(a, b))
				return false;
		}
	}
	return true;
}

int main(void)
{
	sha256_use_portable = true;
	examples("portable");
	sha256_use_portable = false;
	examples("as the processor likes it");
	CHECK("both agree for all lengths and pieces", agree());
	TEST_END();
}
