// SPDX-License-Identifier: GPL-2.0-or-later
// Sizes, settings, JSON, running programs, zeros.
#include <stdlib.h>
#include <unistd.h>

#include "base/json.h"
#include "base/opt.h"
#include "base/paragraph.h"
#include "base/run.h"
#include "base/size.h"
#include "base/zero.h"
#include "test.h"

static void test_size(void)
{
	static const struct {
		const char *text;
		long long want;
	} table[] = {
		{ "0", 0 },	     { "512", 512 },	{ "63s", 63 * 512 },
		{ "10K", 10240 },    { "3M", 3 << 20 }, { "2G", 2ll << 30 },
		{ "0x10", 16 },	     { "", -1 },	{ "x", -1 },
		{ "1X", -1 },	     { "-1", -1 },	{ "1KK", -1 },
		{ "99999999T", -1 }, { " 1", -1 },	{ "99999999999999999999", -1 },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		char name[64];
		uint64_t n = 0;
		struct err e;
		int rc = size_parse(table[i].text, &n, &e);

		snprintf(name, sizeof name, "size \"%s\"", table[i].text);
		CHECK_INT(name, rc ? -1 : (long long)n, table[i].want);
	}
	CHECK_STR("size shown", size_show(65498251264).s, "61.0 GiB");
	CHECK_STR("size just below", size_show(1023 * 1024 + 1010).s, "1.0 MiB");
	CHECK_STR("largest size", size_show(UINT64_MAX).s, "16.0 EiB");
	CHECK_STR("time shown", time_show(3900).s, "1 h 05 min");
	CHECK_STR("endless time", time_show(UINT64_MAX).s, "for ever");
}

struct settings {
	bool used;
	const char *map;
	uint64_t length;
	unsigned retries;
};

static const struct opt table[] = {
	{ "used", OPT_BOOL, offsetof(struct settings, used), NULL, NULL, "" },
	{ "map", OPT_TEXT, offsetof(struct settings, map), "FILE", NULL, "" },
	{ "length", OPT_SIZE, offsetof(struct settings, length), "BYTES", NULL, "" },
	{ "retries", OPT_NUMBER, offsetof(struct settings, retries), "N", "3", "" },
	{ 0 }
};

static int parse(struct settings *s, const char *args[], struct err *e, const char *a,
		 const char *b, const char *c)
{
	char *argv[] = { (char *)(uintptr_t)a, (char *)(uintptr_t)b, (char *)(uintptr_t)c };
	struct opt_group g = { table, s };

	*s = (struct settings){ 0 };
	return opt_presets(table, s, e) ? -1 : opt_parse(&g, 1, 3, argv, args, e);
}

static void test_opt(void)
{
	struct settings s;
	struct err e;
	const char *args[3];

	CHECK_INT("options apart from arguments", parse(&s, args, &e, "src", "--map", "x.map"), 1);
	CHECK_STR("text option", s.map, "x.map");
	CHECK_INT("preset", s.retries, 3);
	CHECK_INT("value behind =", parse(&s, args, &e, "--length=2K", "--used", "-"), 1);
	CHECK_INT("size option", s.length, 2048);
	CHECK("bool option", s.used);
	CHECK_INT("after --", parse(&s, args, &e, "a", "--", "--map"), 2);
	CHECK_INT("unknown option", parse(&s, args, &e, "a", "--none", "b"), -1);
	CHECK_INT("usage error", e.kind, ERR_USAGE);
	CHECK_INT("short option", parse(&s, args, &e, "a", "-x", "b"), -1);
	CHECK_INT("missing value", parse(&s, args, &e, "a", "b", "--map"), -1);
	CHECK_INT("bad number", parse(&s, args, &e, "a", "--retries", "-1"), -1);
	CHECK_INT("bad bool", parse(&s, args, &e, "a", "b", "--used=maybe"), -1);
}

static void test_json(void)
{
	struct buf out BUF_AUTO = { 0 };
	struct json j;

	json_begin(&j, &out);
	json_object(&j, NULL);
	json_text(&j, "a", "q\"\\\n\t\x80\xc3\xa9\xed\xa0\x80");
	json_array(&j, "b");
	json_number(&j, NULL, 1);
	json_bool(&j, NULL, false);
	json_null(&j, NULL);
	json_end_array(&j);
	json_object(&j, "c");
	json_end_object(&j);
	json_text(&j, "d", NULL);
	json_end_object(&j);
	CHECK_STR("json", buf_str(&out),
		  "{\"a\": \"q\\\"\\\\\\n\\u0009\\ufffd\xc3\xa9\\ufffd\\ufffd\\ufffd\", "
		  "\"b\": [1, false, null], \"c\": {}, \"d\": null}");
}

static int run_it(const char *const *argv, const char *input, unsigned timeout_s, struct buf *out,
		  struct err *e)
{
	struct run r = { .argv = argv, .input = input, .out = out, .timeout_s = timeout_s };
	int status;

	return run_program(&r, &status, e) ? -1 : status;
}

static void test_run(void)
{
	struct buf out BUF_AUTO = { 0 };
	struct err e = { 0 };

	CHECK_INT("run status",
		  run_it((const char *[]){ "sh", "-c", "exit 7", NULL }, NULL, 0, NULL, &e), 7);
	CHECK_INT("run killed by a signal",
		  run_it((const char *[]){ "sh", "-c", "kill -9 $$", NULL }, NULL, 0, NULL, &e),
		  137);
	CHECK_INT("run input", run_it((const char *[]){ "cat", NULL }, "hello", 0, &out, &e), 0);
	CHECK_STR("run output", buf_str(&out), "hello");
	CHECK_INT("run missing", run_it((const char *[]){ "/no/such", NULL }, NULL, 0, NULL, &e),
		  -1);
	CHECK("run missing says why", strstr(e.text, "/no/such: start: No such file"));
	CHECK_INT("run time limit",
		  run_it((const char *[]){ "sleep", "60", NULL }, NULL, 1, NULL, &e), -1);
	buf_clear(&out);
	CHECK_INT("run long output",
		  run_it(
			  (const char *[]){
				  "sh", "-c",
				  "head -c 3000000 /dev/zero | tr '\\0' x; echo end >&2; exit 3",
				  NULL },
			  NULL, 0, &out, &e),
		  3);
	CHECK("run output is bounded", out.len <= 1024 * 1024 + 4096);
	CHECK_INT("run a daemon that keeps the pipe",
		  run_it((const char *[]){ "sh", "-c", "sleep 30 & echo started", NULL }, NULL, 0,
			 NULL, &e),
		  0);
}

// One byte anywhere, in pieces of every length and place.
static void test_zero(void)
{
	char data[160] = { 0 };
	bool zero = true, other = true;

	for (size_t from = 0; from < 40; from++)
		for (size_t to = from; to <= sizeof data; to++) {
			zero &= is_zero(data + from, to - from);
			for (size_t i = from; i < to; i++) {
				data[i] = (char)0x80;
				other &= !is_zero(data + from, to - from);
				data[i] = 0;
			}
		}
	CHECK("zeros are zeros", zero);
	CHECK("a single bit is not", other);
}

static void test_paragraph(void)
{
	static const struct {
		const char *what, *text, *gets;
	} cases[] = {
		{ "empty", "", "  a \n" },
		{ "one line", "one two", "  a one two\n" },
		{ "full lines", "one two three four", "  a one two\n    three\n    four\n" },
		{ "a long word", "one twothreefour five", "  a one\n    twothreefour\n    five\n" },
		{ "blanks", " one  two ", "  a one two\n" },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct buf out BUF_AUTO = { 0 };

		paragraph(&out, "  a ", "    ", cases[i].text, 11);
		CHECK_STR(cases[i].what, buf_str(&out), cases[i].gets);
	}
}

int main(void)
{
	test_size();
	test_opt();
	test_json();
	test_run();
	test_zero();
	test_paragraph();
	TEST_END();
}
