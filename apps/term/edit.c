// SPDX-License-Identifier: GPL-2.0-or-later
#include "term/edit.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "term/key.h"
#include "term/utf8.h"

void edit_init(struct edit *e, const char *init, size_t max)
{
	size_t len = init ? strlen(init) : 0;

	*e = (struct edit){ .len = len, .cap = len + 64, .cur = len, .max = max };
	e->text = mem_zero(e->cap, 1);
	memcpy(e->text, init ? init : "", len);
}

void edit_free(struct edit *e)
{
	if (e->text)
		explicit_bzero(e->text, e->cap);
	free(e->text);
	*e = (struct edit){ 0 };
}

// Removes [from, to); the cursor goes to from.
static void cut(struct edit *e, size_t from, size_t to)
{
	memmove(e->text + from, e->text + to, e->len - to + 1);
	e->len -= to - from;
	e->cur = from;
}

static void insert(struct edit *e, int c)
{
	char bytes[4];
	size_t n = utf8_encode((uint32_t)c, bytes);

	if (e->max && (e->len >= e->max || n > e->max - e->len))
		return;
	if (e->len + n >= e->cap) {
		char *bigger = mem_zero(2 * e->cap, 1); // the old one is wiped, so no realloc

		memcpy(bigger, e->text, e->len + 1);
		explicit_bzero(e->text, e->cap);
		free(e->text);
		e->text = bigger;
		e->cap *= 2;
	}
	memmove(e->text + e->cur + n, e->text + e->cur, e->len - e->cur + 1);
	memcpy(e->text + e->cur, bytes, n);
	e->len += n;
	e->cur += n;
}

// Where the character after / before off begins; combining marks stay with the one they are on.
static size_t after(const struct edit *e, size_t off)
{
	size_t used;

	if (off >= e->len)
		return e->len;
	utf8_decode(e->text + off, e->len - off, &used);
	off += used;
	while (off < e->len && utf8_width(utf8_decode(e->text + off, e->len - off, &used)) == 0)
		off += used;
	return off;
}

static size_t before(const struct edit *e, size_t off)
{
	size_t last = 0;

	for (size_t i = 0; i < off; i = after(e, i))
		last = i;
	return last;
}

static size_t word_before(const struct edit *e, size_t off)
{
	while (off > 0 && e->text[off - 1] == ' ')
		off--;
	while (off > 0 && e->text[off - 1] != ' ')
		off--;
	return off;
}

static size_t word_after(const struct edit *e, size_t off)
{
	while (off < e->len && e->text[off] != ' ')
		off++;
	while (off < e->len && e->text[off] == ' ')
		off++;
	return off;
}

bool edit_key(struct edit *e, int key)
{
	switch (key) {
	case KEY_LEFT:
	case KEY_CTRL('b'): e->cur = before(e, e->cur); return true;
	case KEY_RIGHT:
	case KEY_CTRL('f'): e->cur = after(e, e->cur); return true;
	case KEY_HOME:
	case KEY_CTRL('a'): e->cur = 0; return true;
	case KEY_END:
	case KEY_CTRL('e'): e->cur = e->len; return true;
	case KEY_LEFT | KEY_CTRLED: e->cur = word_before(e, e->cur); return true;
	case KEY_RIGHT | KEY_CTRLED: e->cur = word_after(e, e->cur); return true;
	case KEY_BACKSPACE: cut(e, before(e, e->cur), e->cur); return true;
	case KEY_DELETE:
	case KEY_CTRL('d'): cut(e, e->cur, after(e, e->cur)); return true;
	case KEY_CTRL('k'): cut(e, e->cur, e->len); return true;
	case KEY_CTRL('u'): cut(e, 0, e->len); return true;
	case KEY_CTRL('w'): cut(e, word_before(e, e->cur), e->cur); return true;
	}
	if (!key_is_text(key))
		return false;
	insert(e, key);
	return true;
}

int edit_view(struct edit *e, int width)
{
	if (e->from > e->cur)
		e->from = e->cur;
	while (e->from < e->cur && utf8_columns(e->text + e->from, e->cur - e->from) >= width)
		e->from = after(e, e->from);
	// use the room again after deleting
	while (e->from > 0) {
		size_t left = before(e, e->from);

		if (utf8_columns(e->text + left, e->len - left) >= width)
			break;
		e->from = left;
	}
	return utf8_columns(e->text + e->from, e->cur - e->from);
}
