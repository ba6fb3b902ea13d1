// SPDX-License-Identifier: GPL-2.0-or-later
// A unit test is one program: cases are checked in order, each prints its line, main ends with
// TEST_END().
#ifndef TESTS_UNIT_TEST_H
#define TESTS_UNIT_TEST_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static int test_failures;

static inline bool test_say(bool ok, const char *name, const char *file, int line)
{
	if (ok)
		printf("ok %s\n", name);
	else
		printf("not ok %s: %s:%d", name, file, line);
	test_failures += !ok;
	return ok;
}

#define CHECK(name, cond)                                                                          \
	do {                                                                                       \
		if (!test_say(cond, name, __FILE__, __LINE__))                                     \
			printf(" %s\n", #cond);                                                    \
	} while (0)

#define CHECK_INT(name, got, want)                                                                 \
	do {                                                                                       \
		long long got_ = (long long)(got), want_ = (long long)(want);                      \
		if (!test_say(got_ == want_, name, __FILE__, __LINE__))                            \
			printf(" %s is %lld (0x%llx), not %lld (0x%llx)\n", #got, got_, got_,      \
			       want_, want_);                                                      \
	} while (0)

#define CHECK_STR(name, got, want)                                                                 \
	do {                                                                                       \
		const char *got_ = (got), *want_ = (want);                                         \
		if (!test_say(!strcmp(got_, want_), name, __FILE__, __LINE__))                     \
			printf(" %s is \"%s\", not \"%s\"\n", #got, got_, want_);                  \
	} while (0)

#define TEST_END() return test_failures ? 1 : 0

#endif
