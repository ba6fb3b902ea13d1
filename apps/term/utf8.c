// SPDX-License-Identifier: GPL-2.0-or-later
// UTF-8 (RFC 3629) and the width of characters (Unicode's East Asian Width W and F, categories
// Mn, Me, Cf; only the blocks that turn up in names of files and disks, the rest counts as one
// column).
#include "term/utf8.h"

#include <stdbool.h>

struct span {
	uint32_t first, last;
};

static const struct span no_columns[] = {
	{ 0x0300, 0x036F }, { 0x0483, 0x0489 }, { 0x0591, 0x05BD }, { 0x05BF, 0x05BF },
	{ 0x05C1, 0x05C2 }, { 0x05C4, 0x05C5 }, { 0x0610, 0x061A }, { 0x064B, 0x065F },
	{ 0x0670, 0x0670 }, { 0x06D6, 0x06DC }, { 0x06DF, 0x06E4 }, { 0x06E7, 0x06E8 },
	{ 0x06EA, 0x06ED }, { 0x093A, 0x093A }, { 0x093C, 0x093C }, { 0x0941, 0x0948 },
	{ 0x094D, 0x094D }, { 0x0E31, 0x0E31 }, { 0x0E34, 0x0E3A }, { 0x0E47, 0x0E4E },
	{ 0x1AB0, 0x1AFF }, { 0x1DC0, 0x1DFF }, { 0x200B, 0x200F }, { 0x202A, 0x202E },
	{ 0x2060, 0x2064 }, { 0x20D0, 0x20F0 }, { 0x302A, 0x302D }, { 0x3099, 0x309A },
	{ 0xFE00, 0xFE0F }, { 0xFE20, 0xFE2F }, { 0xFEFF, 0xFEFF }, { 0xE0100, 0xE01EF },
};

static const struct span two_columns[] = {
	{ 0x1100, 0x115F },   { 0x231A, 0x231B },   { 0x2329, 0x232A },	  { 0x23E9, 0x23EC },
	{ 0x2E80, 0x303E },   { 0x3041, 0x33FF },   { 0x3400, 0x4DBF },	  { 0x4E00, 0xA4C6 },
	{ 0xA960, 0xA97C },   { 0xAC00, 0xD7A3 },   { 0xF900, 0xFAFF },	  { 0xFE10, 0xFE19 },
	{ 0xFE30, 0xFE6B },   { 0xFF01, 0xFF60 },   { 0xFFE0, 0xFFE6 },	  { 0x16FE0, 0x18AFF },
	{ 0x1B000, 0x1B2FB }, { 0x1F300, 0x1F320 }, { 0x1F32D, 0x1F335 }, { 0x1F337, 0x1F37C },
	{ 0x1F3A0, 0x1F3CA }, { 0x1F400, 0x1F43E }, { 0x1F442, 0x1F4FC }, { 0x1F4FF, 0x1F53D },
	{ 0x1F5FB, 0x1F64F }, { 0x1F680, 0x1F6C5 }, { 0x1F900, 0x1F9FF }, { 0x20000, 0x3FFFD },
};

static bool within(uint32_t c, const struct span *table, size_t n)
{
	for (size_t i = 0; i < n && c >= table[i].first; i++)
		if (c <= table[i].last)
			return true;
	return false;
}

uint32_t utf8_decode(const char *s, size_t n, size_t *used)
{
	const unsigned char *p = (const unsigned char *)s;
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t len;
	uint32_t c;

	*used = 1;
	if (p[0] < 0x80)
		return p[0];
	len = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || len > n)
		return UTF8_BAD;
	c = p[0] & (0x7Fu >> len);
	for (size_t i = 1; i < len; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return UTF8_BAD;
		c = c << 6 | (p[i] & 0x3Fu);
	}
	if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return UTF8_BAD;
	*used = len;
	return c;
}

size_t utf8_encode(uint32_t c, char out[4])
{
	size_t len;

	if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		c = UTF8_BAD;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (size_t i = len - 1; i > 0; i--) {
		out[i] = (char)(0x80 | (c & 0x3F));
		c >>= 6;
	}
	out[0] = (char)((0xF00 >> len & 0xFF) | c);
	return len;
}

int utf8_width(uint32_t c)
{
	if (c < 0x300)
		return 1;
	if (within(c, no_columns, sizeof no_columns / sizeof *no_columns))
		return 0;
	return within(c, two_columns, sizeof two_columns / sizeof *two_columns) ? 2 : 1;
}

int utf8_columns(const char *s, size_t n)
{
	int cols = 0;
	size_t used;

	for (size_t i = 0; i < n; i += used)
		cols += utf8_width(utf8_decode(s + i, n - i, &used));
	return cols;
}

// U+00A0 to U+00FF, one letter each.
static const char latin1[] = " !cLxY|S\"Ca<--R-o+23'uP.,1o>123?"
			     "AAAAAAACEEEEIIIIDNOOOOOxOUUUUYTs"
			     "aaaaaaaceeeeiiiidnooooo/ouuuuyty";

static const struct {
	struct span span;
	char as;
} similar[] = {
	{ { 0x2010, 0x2015 }, '-' }, { { 0x2018, 0x201B }, '\'' }, { { 0x201C, 0x201F }, '"' },
	{ { 0x2022, 0x2022 }, '*' }, { { 0x2026, 0x2026 }, '.' },  { { 0x2039, 0x2039 }, '<' },
	{ { 0x203A, 0x203A }, '>' }, { { 0x2190, 0x2190 }, '<' },  { { 0x2191, 0x2191 }, '^' },
	{ { 0x2192, 0x2192 }, '>' }, { { 0x2193, 0x2193 }, 'v' },  { { 0x221A, 0x221A }, 'v' },
	{ { 0x2500, 0x2501 }, '-' }, { { 0x2502, 0x2503 }, '|' },  { { 0x250C, 0x254B }, '+' },
	{ { 0x2550, 0x2550 }, '=' }, { { 0x2551, 0x2551 }, '|' },  { { 0x2552, 0x256C }, '+' },
	{ { 0x2580, 0x258F }, '#' }, { { 0x2590, 0x2590 }, '#' },  { { 0x2591, 0x2591 }, '.' },
	{ { 0x2592, 0x2592 }, '-' }, { { 0x2593, 0x2593 }, '#' },  { { 0x25A0, 0x25A0 }, '#' },
	{ { 0x25B2, 0x25B4 }, '^' }, { { 0x25B6, 0x25BB }, '>' },  { { 0x25BC, 0x25BF }, 'v' },
	{ { 0x25C0, 0x25C4 }, '<' }, { { 0x2713, 0x2714 }, 'v' },
};

char utf8_ascii(uint32_t c)
{
	if (c >= 0x20 && c < 0x7F)
		return (char)c;
	if (c >= 0xA0 && c <= 0xFF)
		return latin1[c - 0xA0];
	for (size_t i = 0; i < sizeof similar / sizeof *similar; i++)
		if (c >= similar[i].span.first && c <= similar[i].span.last)
			return similar[i].as;
	return '?';
}
