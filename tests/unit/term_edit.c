// SPDX-License-Identifier: GPL-2.0-or-later
// The edit line and the scrolling window, key by key.
#include "term/edit.h"

#include <stdlib.h>

#include "base/buf.h"
#include "term/key.h"
#include "term/scroll.h"
#include "term/utf8.h"
#include "test.h"

#define MORE 12

static const struct {
	const char *name, *init;
	size_t max;
	int keys[MORE];
	const char *want; // with | where the cursor is
} cases[] = {
	{ "begins at the end", "abc", 0, { 0 }, "abc|" },
	{ "nothing to begin with", NULL, 0, { 'x' }, "x|" },
	{ "insert", "ac", 0, { KEY_LEFT, 'b' }, "ab|c" },
	{ "home end", "abc", 0, { KEY_HOME, 'x', KEY_END, 'y' }, "xabcy|" },
	{ "^A ^E ^B ^F", "abc", 0, { 1, 6, 'x', 5, 2, 'y' }, "axby|c" },
	{ "left at the start", "a", 0, { KEY_HOME, KEY_LEFT, 'x' }, "x|a" },
	{ "right at the end", "a", 0, { KEY_RIGHT, 'x' }, "ax|" },
	{ "backspace", "abc", 0, { KEY_BACKSPACE }, "ab|" },
	{ "backspace at the start", "abc", 0, { KEY_HOME, KEY_BACKSPACE }, "|abc" },
	{ "delete", "abc", 0, { KEY_HOME, KEY_DELETE }, "|bc" },
	{ "delete at the end", "abc", 0, { KEY_DELETE, 4 }, "abc|" },
	{ "^K", "abc", 0, { KEY_LEFT, 11 }, "ab|" },
	{ "^U", "abc", 0, { 21, 'x' }, "x|" },
	{ "^W", "one two", 0, { 23 }, "one |" },
	{ "^W with blanks", "one two  ", 0, { 23 }, "one |" },
	{ "^W at the start", "one", 0, { KEY_HOME, 23 }, "|one" },
	{ "words",
	  "one two x",
	  0,
	  { KEY_LEFT | KEY_CTRLED, KEY_LEFT | KEY_CTRLED, '1', KEY_RIGHT | KEY_CTRLED, '2' },
	  "one 1two 2|x" },
	{ "accents are one character", "é€", 0, { KEY_LEFT, KEY_BACKSPACE }, "|€" },
	{ "combining marks go with their letter", "ae\314\201", 0, { KEY_BACKSPACE }, "a|" },
	{ "typed accents", "", 0, { 0xE9, 0x20AC }, "é€|" },
	{ "limit", "abc", 4, { 'd', 'e' }, "abcd|" },
	{ "limit in bytes", "abc", 4, { 0xE9, 'x' }, "abcx|" },
	{ "limit below what is there", "abcdef", 3, { 'x', KEY_BACKSPACE, 'y' }, "abcde|" },
	{ "bad bytes can be deleted", "a\377b", 0, { KEY_BACKSPACE, KEY_BACKSPACE }, "a|" },
};

static void check_edit(size_t i)
{
	BUF_AUTO struct buf got = { 0 };
	struct edit e;

	edit_init(&e, cases[i].init, cases[i].max);
	for (int k = 0; k < MORE && cases[i].keys[k]; k++)
		edit_key(&e, cases[i].keys[k]);
	buf_add(&got, e.text, e.cur);
	buf_puts(&got, "|");
	buf_puts(&got, e.text + e.cur);
	CHECK_STR(cases[i].name, buf_str(&got), cases[i].want);
	edit_free(&e);
}

static void check_not_mine(void)
{
	static const int keys[] = { KEY_ENTER, KEY_TAB, KEY_ESC,       KEY_UP,
				    KEY_DOWN,  KEY_F1,	'x' | KEY_ALT, 3 };
	struct edit e;
	bool left = true;

	edit_init(&e, "abc", 0);
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		left &= !edit_key(&e, keys[i]);
	CHECK("other keys are left alone", left && !strcmp(e.text, "abc"));
	edit_free(&e);
}

// Random keys: the cursor stays on a character and inside the window, the text stays whole.
static void check_random(void)
{
	static const int keys[] = {
		'a',
		'b',
		' ',
		0xE9,
		0x65E5,
		0x301,
		KEY_LEFT,
		KEY_RIGHT,
		KEY_HOME,
		KEY_END,
		KEY_BACKSPACE,
		KEY_DELETE,
		23,
		KEY_LEFT | KEY_CTRLED,
		KEY_RIGHT | KEY_CTRLED,
	};
	struct edit e;
	bool whole = true, inside = true;

	srandom(2);
	for (int turn = 0; turn < 50; turn++) {
		int width = 3 + (int)(random() % 20);

		edit_init(&e, "begin", turn % 2 ? 40 : 0);
		for (int i = 0; i < 400; i++) {
			int col;

			edit_key(&e, keys[(size_t)random() % (sizeof keys / sizeof *keys)]);
			col = edit_view(&e, width);
			inside &= col >= 0 && col < width && e.from <= e.cur;
			whole &= e.len == strlen(e.text) && e.cur <= e.len &&
				 ((uint8_t)e.text[e.cur] & 0xC0) != 0x80 &&
				 (!e.max || e.len <= e.max);
		}
		edit_free(&e);
	}
	CHECK("random keys: whole", whole);
	CHECK("random keys: cursor in the window", inside);
}

static const struct {
	const char *name;
	int n, page, keys[MORE], top, cur;
} scrolls[] = {
	{ "down", 10, 4, { KEY_DOWN }, 0, 1 },
	{ "down beyond the window", 10, 4, { KEY_DOWN, KEY_DOWN, KEY_DOWN, KEY_DOWN }, 1, 4 },
	{ "up at the top", 10, 4, { KEY_UP }, 0, 0 },
	{ "end", 10, 4, { KEY_END }, 6, 9 },
	{ "end, down", 10, 4, { KEY_END, KEY_DOWN }, 6, 9 },
	{ "end, home", 10, 4, { KEY_END, KEY_HOME }, 0, 0 },
	{ "page down", 10, 4, { KEY_PGDN }, 4, 4 },
	{ "pages down to the end", 10, 4, { KEY_PGDN, KEY_PGDN, KEY_PGDN }, 6, 9 },
	{ "page up", 10, 4, { KEY_END, KEY_PGUP }, 2, 5 },
	{ "short list", 3, 4, { KEY_PGDN }, 0, 2 },
	{ "empty list", 0, 4, { KEY_DOWN, KEY_END }, 0, 0 },
	{ "^N ^P", 10, 4, { 14, 14, 16 }, 0, 1 },
};

static void check_scroll(void)
{
	struct scroll s;

	for (size_t i = 0; i < sizeof scrolls / sizeof *scrolls; i++) {
		s = (struct scroll){ 0 };
		scroll_fit(&s, scrolls[i].n, scrolls[i].page);
		for (int k = 0; k < MORE && scrolls[i].keys[k]; k++)
			scroll_key(&s, scrolls[i].keys[k]);
		CHECK_INT(scrolls[i].name, s.top, scrolls[i].top);
		CHECK_INT(scrolls[i].name, s.cur, scrolls[i].cur);
	}
	s = (struct scroll){ .cur = 9, .top = 6 };
	scroll_fit(&s, 5, 3);
	CHECK("the list got shorter", s.cur == 4 && s.top == 2);
	scroll_fit(&s, 5, 10);
	CHECK("the window got larger", s.cur == 4 && s.top == 0);
	scroll_fit(&s, 20, 5);
	scroll_view_key(&s, KEY_PGDN);
	CHECK_INT("a view moves by pages", s.top, 5);
	scroll_view_key(&s, KEY_END);
	CHECK_INT("a view stops at its end", s.top, 15);
	CHECK("a letter does not scroll", !scroll_key(&s, 'x'));
}

int main(void)
{
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		check_edit(i);
	check_not_mine();
	check_random();
	check_scroll();
	TEST_END();
}
