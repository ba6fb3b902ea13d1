// SPDX-License-Identifier: GPL-2.0-or-later
// Characters and lines: widths, ASCII, wrapping.
#include "base/buf.h"
#include "term/area.h"
#include "term/utf8.h"
#include "term/wrap.h"
#include "test.h"

static const struct {
	const char *name, *bytes;
	uint32_t c;
	size_t used;
} decoding[] = {
	{ "ascii", "A", 'A', 1 },
	{ "two bytes", "\303\251", 0xE9, 2 },
	{ "three bytes", "\342\202\254", 0x20AC, 3 },
	{ "four bytes", "\360\237\230\200", 0x1F600, 4 },
	{ "cut", "\342\202", UTF8_BAD, 1 },
	{ "stray", "\251", UTF8_BAD, 1 },
	{ "overlong", "\340\200\257", UTF8_BAD, 1 },
	{ "surrogate", "\355\240\200", UTF8_BAD, 1 },
	{ "beyond the end", "\364\220\200\200", UTF8_BAD, 1 },
	{ "FF", "\377", UTF8_BAD, 1 },
};

static const struct {
	const char *name, *text;
	int cols;
} widths[] = {
	{ "empty", "", 0 },
	{ "letters", "abc", 3 },
	{ "e acute", "é", 1 },
	{ "e and combining acute", "e\314\201", 1 },
	{ "han", "日本", 4 },
	{ "hangul", "한", 2 },
	{ "fullwidth", "Ａ", 2 },
	{ "emoji", "\360\237\230\200", 2 },
	{ "box drawing", "┌─┐", 3 },
	{ "zero width space", "a\342\200\213b", 2 },
	{ "control characters take one", "a\033b", 3 },
	{ "bad bytes take one each", "\377\376", 2 },
};

static const struct {
	const char *name, *text;
	int width;
	const char *lines; // joined by |
} wraps[] = {
	{ "short", "abc", 10, "abc" },
	{ "nothing", "", 10, "" },
	{ "at a space", "one two three", 8, "one two|three" },
	{ "exactly full", "one two", 7, "one two" },
	{ "a word ends at the edge", "one two three", 7, "one two|three" },
	{ "several spaces at the break", "one   two", 5, "one|two" },
	{ "blanks inside stay", "a  b c", 10, "a  b c" },
	{ "indentation stays", "  a b", 10, "  a b" },
	{ "newlines", "a\n\nb", 10, "a||b" },
	{ "newline at the end", "a\n", 10, "a" },
	{ "long word", "abcdefghij", 4, "abcd|efgh|ij" },
	{ "long word after a short one", "ab cdefghij", 4, "ab|cdef|ghij" },
	{ "wide characters", "日本語", 4, "日本|語" },
	{ "wide character in one column", "日", 1, "日" },
	{ "marks take no room", MARK_STOP "one" MARK_PLAIN " two", 7,
	  MARK_STOP "one" MARK_PLAIN " two" },
	{ "width below one", "ab", 0, "a|b" },
	{ "only spaces", "    ", 2, "" },
};

static void check_wrap(const char *name, const char *text, int width, const char *want)
{
	BUF_AUTO struct buf got = { 0 };
	struct wrap w;
	bool fits = true;

	wrap_text(&w, text, width);
	for (size_t i = 0; i < w.n; i++) {
		buf_puts(&got, i ? "|" : "");
		buf_add(&got, text + w.lines[i].off, w.lines[i].len);
		fits &= w.lines[i].cols <= w.cols;
	}
	wrap_free(&w);
	CHECK_STR(name, buf_str(&got), want);
	CHECK(name, fits);
}

static void check_ascii(void)
{
	static const struct {
		const char *from;
		char to;
	} table[] = {
		{ "é", 'e' }, { "Ü", 'U' }, { "·", '.' }, { "─", '-' },	 { "│", '|' }, { "┌", '+' },
		{ "►", '>' }, { "◄", '<' }, { "▲", '^' }, { "▼", 'v' },	 { "█", '#' }, { "░", '.' },
		{ "•", '*' }, { "°", 'o' }, { "…", '.' }, { "日", '?' }, { "x", 'x' },
	};
	char got[32] = "", want[32] = "";

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		size_t used;

		got[i] = utf8_ascii(utf8_decode(table[i].from, strlen(table[i].from), &used));
		want[i] = table[i].to;
	}
	CHECK_STR("ascii instead", got, want);
}

int main(void)
{
	size_t used;
	bool same = true;

	for (size_t i = 0; i < sizeof decoding / sizeof *decoding; i++) {
		const char *s = decoding[i].bytes;

		CHECK_INT(decoding[i].name, utf8_decode(s, strlen(s), &used), decoding[i].c);
		CHECK_INT(decoding[i].name, used, decoding[i].used);
	}
	for (uint32_t c = 1; c < 0x110000; c += c < 0x3000 ? 1 : 97) {
		char bytes[4];
		size_t n = utf8_encode(c, bytes);

		if (c < 0xD800 || c > 0xDFFF)
			same &= utf8_decode(bytes, n, &used) == c && used == n;
	}
	CHECK("encode and decode", same);
	for (size_t i = 0; i < sizeof widths / sizeof *widths; i++)
		CHECK_INT(widths[i].name, utf8_columns(widths[i].text, strlen(widths[i].text)),
			  widths[i].cols);
	CHECK_INT("marks take no column", text_columns(MARK_WARN "a" MARK_PLAIN "b", 6), 2);
	for (size_t i = 0; i < sizeof wraps / sizeof *wraps; i++)
		check_wrap(wraps[i].name, wraps[i].text, wraps[i].width, wraps[i].lines);
	check_ascii();
	TEST_END();
}
