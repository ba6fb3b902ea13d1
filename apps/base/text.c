// SPDX-License-Identifier: GPL-2.0-or-later
// Names found on a disk, made fit for a terminal.
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

size_t text_utf8(const uint8_t *p, size_t n, uint32_t *code)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t c;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		len = 1, c = p[0];
	else if ((p[0] & 0xe0) == 0xc0)
		len = 2, c = p[0] & 0x1fu;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3, c = p[0] & 0x0fu;
	else if ((p[0] & 0xf8) == 0xf0)
		len = 4, c = p[0] & 0x07u;
	else
		return 0;
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3fu);
	}
	if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
		return 0;
	*code = c;
	return len;
}

// Control characters, and those that change the direction or the place of what follows.
static bool is_shown(uint32_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && !(c >= 0x200b && c <= 0x200f) &&
	       !(c >= 0x2028 && c <= 0x202e) && !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff;
}

// Appends one character; false when it does not fit any more.
static bool put(char *dst, size_t size, size_t *len, uint32_t c)
{
	uint8_t b[4];
	size_t n;

	if (!is_shown(c))
		c = '?';
	if (c < 0x80) {
		b[0] = (uint8_t)c;
		n = 1;
	} else if (c < 0x800) {
		b[0] = (uint8_t)(0xc0 | c >> 6);
		b[1] = (uint8_t)(0x80 | (c & 0x3f));
		n = 2;
	} else if (c < 0x10000) {
		b[0] = (uint8_t)(0xe0 | c >> 12);
		b[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		b[2] = (uint8_t)(0x80 | (c & 0x3f));
		n = 3;
	} else {
		b[0] = (uint8_t)(0xf0 | c >> 18);
		b[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
		b[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		b[3] = (uint8_t)(0x80 | (c & 0x3f));
		n = 4;
	}
	if (*len + n >= size)
		return false;
	memcpy(dst + *len, b, n);
	*len += n;
	return true;
}

static void trim(char *dst, size_t len)
{
	size_t start = 0;

	while (len > 0 && dst[len - 1] == ' ')
		len--;
	while (start < len && dst[start] == ' ')
		start++;
	memmove(dst, dst + start, len - start);
	dst[len - start] = '\0';
}

void text_clean(char *dst, size_t size, const void *src, size_t n)
{
	const uint8_t *p = src;
	size_t len = 0;

	for (size_t i = 0; i < n && p[i] != '\0';) {
		uint32_t c = '?';
		size_t used = text_utf8(p + i, n - i, &c);

		if (c == '\t')
			c = ' ';
		if (!put(dst, size, &len, c))
			break;
		i += used > 0 ? used : 1;
	}
	trim(dst, len);
}

void text_clean16(char *dst, size_t size, const void *src, size_t n, int big)
{
	const uint8_t *p = src;
	size_t len = 0;
	uint32_t high = 0;

	for (size_t i = 0; i < n; i++, p += 2) {
		uint32_t c = big ? (uint32_t)(p[0] << 8 | p[1]) : (uint32_t)(p[1] << 8 | p[0]);

		if (c == 0)
			break;
		if (c >= 0xd800 && c < 0xdc00) {
			high = c;
			continue;
		}
		if (c >= 0xdc00 && c < 0xe000)
			c = high ? 0x10000 + ((high - 0xd800) << 10 | (c - 0xdc00)) : '?';
		high = 0;
		if (!put(dst, size, &len, c))
			break;
	}
	trim(dst, len);
}

size_t text_width(const char *s)
{
	size_t n = 0;

	for (; *s; s++)
		n += ((uint8_t)*s & 0xc0) != 0x80;
	return n;
}

size_t text_line(const char *s)
{
	size_t n = strcspn(s, "\n");

	return n + (s[n] == '\n');
}

void text_trim_path(char *path)
{
	size_t n = strlen(path);

	while (n > 1 && path[n - 1] == '/')
		path[--n] = '\0';
}
