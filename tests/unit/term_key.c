// SPDX-License-Identifier: GPL-2.0-or-later
// Bytes of a terminal to keys.
#include "term/key.h"

#include <stdlib.h>

#include "base/buf.h"
#include "test.h"

#define C KEY_CTRLED
#define S KEY_SHIFT
#define A KEY_ALT
#define MORE 8

static const struct {
	const char *name, *bytes;
	int keys[MORE]; // ends with 0
} cases[] = {
	{ "letters", "aZ9 ~", { 'a', 'Z', '9', ' ', '~' } },
	{ "enter CR and LF", "\r\n", { KEY_ENTER, KEY_ENTER } },
	{ "tab, back", "\t\177\b", { KEY_TAB, KEY_BACKSPACE, KEY_BACKSPACE } },
	{ "control", "\001\003\014", { 1, 3, 12 } },
	{ "lone escape", "\033", { KEY_ESC } },
	{ "two escapes", "\033\033", { KEY_ESC, KEY_ESC } },
	{ "escape, then an arrow", "\033\033[A", { KEY_ESC, KEY_UP } },
	{ "alt letter", "\033x", { 'x' | A } },
	{ "alt enter", "\033\r", { KEY_ENTER | A } },
	{ "escape [ alone", "\033[", { '[' | A } },
	{ "escape O alone", "\033O", { 'O' | A } },
	{ "arrows CSI", "\033[A\033[B\033[C\033[D", { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT } },
	{ "arrows SS3", "\033OA\033OB\033OC\033OD", { KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT } },
	{ "home end xterm", "\033[H\033[F\033OH\033OF", { KEY_HOME, KEY_END, KEY_HOME, KEY_END } },
	{ "home end linux", "\033[1~\033[4~", { KEY_HOME, KEY_END } },
	{ "home end rxvt", "\033[7~\033[8~", { KEY_HOME, KEY_END } },
	{ "ins del", "\033[2~\033[3~", { KEY_INSERT, KEY_DELETE } },
	{ "pages", "\033[5~\033[6~", { KEY_PGUP, KEY_PGDN } },
	{ "back tab", "\033[Z", { KEY_BACKTAB } },
	{ "F1 to F5 linux",
	  "\033[[A\033[[B\033[[C\033[[D\033[[E",
	  { KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5 } },
	{ "F1 to F4 vt100", "\033OP\033OQ\033OR\033OS", { KEY_F1, KEY_F2, KEY_F3, KEY_F4 } },
	{ "F1 to F5 rxvt",
	  "\033[11~\033[12~\033[13~\033[14~\033[15~",
	  { KEY_F1, KEY_F2, KEY_F3, KEY_F4, KEY_F5 } },
	{ "F6 to F12",
	  "\033[17~\033[18~\033[19~\033[20~\033[21~\033[23~\033[24~",
	  { KEY_F6, KEY_F7, KEY_F8, KEY_F9, KEY_F10, KEY_F11, KEY_F12 } },
	{ "xterm modifiers",
	  "\033[1;5C\033[1;2A\033[1;3D\033[3;5~\033[1;6P",
	  { KEY_RIGHT | C, KEY_UP | S, KEY_LEFT | A, KEY_DELETE | C, KEY_F1 | C | S } },
	{ "shift F3 is no report", "\033[1;2R", { KEY_F3 | S } },
	{ "report", "\033[24;80R", { KEY_REPORT } },
	{ "rxvt modifiers",
	  "\033Oc\033[a\033[3^\033[3$",
	  { KEY_RIGHT | C, KEY_UP | S, KEY_DELETE | C, KEY_DELETE | S } },
	{ "old xterm SS3 modifier", "\033O5C", { KEY_RIGHT | C } },
	{ "keypad in application mode", "\033Op\033Oy\033Oj\033OM", { '0', '9', '*', KEY_ENTER } },
	{ "utf-8", "\303\251\342\202\254\360\237\230\200", { 0xE9, 0x20AC, 0x1F600 } },
	{ "alt after utf-8", "\303\251\033x", { 0xE9, 'x' | A } },
	{ "broken utf-8, then a letter", "\303x", { 0xFFFD, 'x' } },
	{ "broken utf-8, then escape", "\342\202\033[A", { 0xFFFD, KEY_UP } },
	{ "utf-8 cut by silence", "\342\202", { 0xFFFD } },
	{ "overlong utf-8", "\300\257", { 0xFFFD, 0xFFFD } },
	{ "surrogate", "\355\240\200", { 0xFFFD } },
	{ "stray continuation", "\200a", { 0xFFFD, 'a' } },
	{ "unknown CSI swallowed", "\033[99~\033[?1;2cx", { 'x' } },
	{ "CSI cut by silence", "\033[12", { KEY_NONE } },
	{ "endless CSI", "\033[1111111111111111111111111111111111111111~a", { 'a' } },
	{ "paste: control characters dropped", "\033[200~a\r\033[201~\n", { 'a', KEY_ENTER } },
	{ "paste: no end in sight", "\033[200~ab\t\003c", { 'a', 'b', 'c' } },
};

// Feeds one byte at a time; silence at the end.
static void check(const char *name, const char *bytes, const int *want)
{
	BUF_AUTO struct buf got = { 0 }, expected = { 0 };
	struct keys k;
	int key;

	keys_init(&k);
	for (; *bytes; bytes++) {
		keys_feed(&k, (uint8_t)*bytes);
		while ((key = keys_next(&k)))
			buf_printf(&got, "%x ", (unsigned)key);
	}
	if (keys_pending(&k))
		keys_timeout(&k);
	while ((key = keys_next(&k)))
		buf_printf(&got, "%x ", (unsigned)key);
	for (int i = 0; i < MORE && want[i]; i++)
		buf_printf(&expected, "%x ", (unsigned)want[i]);
	CHECK_STR(name, buf_str(&got), buf_str(&expected));
}

// Whatever comes, no key leaves its range and a plain letter after silence is understood again.
static void check_noise(void)
{
	struct keys k;
	bool sane = true, recovers = true;
	int key;

	srandom(1);
	for (int turn = 0; turn < 2000; turn++) {
		keys_init(&k);
		for (int i = 0; i < 60; i++) {
			keys_feed(&k, random() % 4 ? (uint8_t)random() : 27);
			while ((key = keys_next(&k)))
				sane &= key > 0 && (key & ~(A | S | C)) <= KEY_REPORT;
		}
		keys_timeout(&k);
		while (keys_next(&k))
			continue;
		k.in_paste = false;
		keys_feed(&k, 'q');
		recovers &= keys_next(&k) == 'q';
	}
	CHECK("noise: keys in range", sane);
	CHECK("noise: recovers after silence", recovers);
}

int main(void)
{
	struct keys k;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check(cases[i].name, cases[i].bytes, cases[i].keys);
	keys_init(&k);
	for (const char *s = "\033[43;132R"; *s; s++)
		keys_feed(&k, (uint8_t)*s);
	CHECK_INT("report: row", k.row, 43);
	CHECK_INT("report: column", k.col, 132);
	check_noise();
	TEST_END();
}
