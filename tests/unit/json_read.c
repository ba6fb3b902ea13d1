// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that are JSON and texts that are not, values by name, items of arrays.
#include "base/json_read.h"

#include "base/buf.h"
#include "test.h"

static bool opens(const char *text)
{
	struct json_value v;

	return json_open(&v, text, strlen(text));
}

static void checked(void)
{
	static const char *const good[] = { "0",
					    " {} ",
					    "[]",
					    "null",
					    "-1.5e+3",
					    "[1, 2,\t3 ]",
					    "{\"a\": {\"b\": [true, false, \"\\u00e9\\n\"]}}" };
	static const char *const bad[] = { "",	      "{",	 "{\"a\"}",	"{\"a\":}", "[1,]",
					   "[1 2]",   "01",	 "1.",		"-",	    "\"a",
					   "\"\\x\"", "\"\\u12", "\"\\u12g4\"", "tru",	    "{} {}",
					   "{a: 1}",  "[1}",	 "\"\n\"",	"1e",	    "{,}" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(good[i], opens(good[i]));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(bad[i], !opens(bad[i]));
}

static void limits(void)
{
	struct buf text BUF_AUTO = { 0 };
	char *large = mem_alloc(JSON_MAX + 1);
	struct json_value v;

	for (int i = 0; i < JSON_DEPTH; i++)
		buf_puts(&text, "[");
	for (int i = 0; i < JSON_DEPTH; i++)
		buf_puts(&text, "]");
	CHECK("limits: as deep as allowed", opens(buf_str(&text)));
	buf_clear(&text);
	for (int i = 0; i <= JSON_DEPTH; i++)
		buf_puts(&text, "[");
	for (int i = 0; i <= JSON_DEPTH; i++)
		buf_puts(&text, "]");
	CHECK("limits: one deeper", !opens(buf_str(&text)));
	memset(large, ' ', JSON_MAX + 1);
	large[0] = '1';
	CHECK("limits: as long as allowed", json_open(&v, large, JSON_MAX));
	CHECK("limits: one byte longer", !json_open(&v, large, JSON_MAX + 1));
	mem_free_ptr(&large);
}

static void found(void)
{
	static const char text[] =
		"{\"ab\": 0, \"a\": {\"b\": 7, \"c\": \"x\\u0041\\\"y\"}, \"on\": true, "
		"\"most\": 18446744073709551615, \"more\": 18446744073709551616, "
		"\"list\": [1, {\"a\": 2}, [3]], \"part\": 1.5, \"a\": 9}";
	struct json_value v, it = { 0 };
	uint64_t n = 5, sum = 0;
	char word[16], cut[3];
	bool on = false;
	int items = 0;

	CHECK("found: opened", json_open(&v, text, sizeof text - 1));
	CHECK("found: number", json_get_number(json_find(v, "a.b"), &n) && n == 7);
	CHECK("found: bool", json_get_bool(json_find(v, "on"), &on) && on);
	CHECK("found: text", json_get_text(json_find(v, "a.c"), word, sizeof word));
	CHECK_STR("found: escapes", word, "x??y");
	json_get_text(json_find(v, "a.c"), cut, sizeof cut);
	CHECK_STR("found: cut", cut, "x?");
	CHECK("found: largest number",
	      json_get_number(json_find(v, "most"), &n) && n == UINT64_MAX);
	CHECK("found: larger", !json_get_number(json_find(v, "more"), &n) && n == UINT64_MAX);
	CHECK("found: not whole", !json_get_number(json_find(v, "part"), &n));
	CHECK("found: no number", !json_get_number(json_find(v, "on"), &n));
	CHECK("found: nothing there", !json_find(v, "a.d").n && !json_find(v, "ab.b").n);
	while (json_item(json_find(v, "list"), &it)) {
		if (!json_get_number(it, &n))
			json_get_number(json_find(it, "a"), &n);
		sum += n;
		items++;
	}
	CHECK_INT("found: items", items, 3);
	CHECK_INT("found: their values", sum, 1 + 2 + 2);
	it = (struct json_value){ 0 };
	CHECK("found: no array", !json_item(json_find(v, "a"), &it));
}

int main(void)
{
	checked();
	limits();
	found();
	TEST_END();
}
