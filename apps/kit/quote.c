// SPDX-License-Identifier: GPL-2.0-or-later
// Quoting. A text is taken apart into characters first; what is no UTF-8, breaks a line, or changes
// the direction of what follows is shown as '?'.
#include <string.h>

#include "base/text.h"
#include "kit/kit.h"

static bool controls(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0x61c || (c >= 0x200b && c <= 0x200f) ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
	       (c >= 0xfff0 && c <= 0xffff) || (c & 0xfffe) == 0xfffe;
}

// The next character as text of n bytes in s; false at the end.
static bool next(const char **text, const char **s, size_t *n, uint32_t *c)
{
	size_t len = strlen(*text);

	if (!len)
		return false;
	*n = text_utf8((const uint8_t *)*text, len, c);
	*s = *text;
	*text += *n ? *n : 1;
	if (!*n || controls(*c)) {
		*s = "?";
		*n = 1;
		*c = '?';
	}
	return true;
}

void quote_plain(struct buf *out, const char *text)
{
	const char *s;
	uint32_t c;
	size_t n;

	while (next(&text, &s, &n, &c))
		buf_add(out, s, n);
}

void quote_xml(struct buf *out, const char *text)
{
	const char *s;
	uint32_t c;
	size_t n;

	while (next(&text, &s, &n, &c)) {
		switch (c) {
		case '&': buf_puts(out, "&amp;"); break;
		case '<': buf_puts(out, "&lt;"); break;
		case '>': buf_puts(out, "&gt;"); break;
		case '"': buf_puts(out, "&quot;"); break;
		case '\'': buf_puts(out, "&#39;"); break;
		// two of them may not stand in a comment
		case '-': buf_puts(out, *text == '-' ? "&#45;" : "-"); break;
		default: buf_add(out, s, n);
		}
	}
}

// PowerShell takes typographic quotes for plain ones.
void quote_powershell(struct buf *out, const char *text)
{
	const char *s;
	uint32_t c;
	size_t n;

	buf_puts(out, "'");
	while (next(&text, &s, &n, &c)) {
		if (c == '\'' || (c >= 0x2018 && c <= 0x201b))
			buf_add(out, s, n);
		buf_add(out, s, n);
	}
	buf_puts(out, "'");
}

void quote_vmx(struct buf *out, const char *text)
{
	const char *s;
	uint32_t c;
	size_t n;

	buf_puts(out, "\"");
	while (next(&text, &s, &n, &c)) {
		if (c == '"' || c == '|')
			buf_printf(out, "|%02X", (unsigned)c);
		else
			buf_add(out, s, n);
	}
	buf_puts(out, "\"");
}

static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";

// Without quotes where none are needed.
void quote_shell(struct buf *out, const char *text)
{
	bool quotes = text[strspn(text, plain)] || !*text || *text == '~';
	const char *s;
	uint32_t c;
	size_t n;

	buf_puts(out, quotes ? "'" : "");
	while (next(&text, &s, &n, &c)) {
		if (c == '\'')
			buf_puts(out, "'\\'");
		buf_add(out, s, n);
	}
	buf_puts(out, quotes ? "'" : "");
}

void quote_uri(struct buf *out, const char *text)
{
	for (; *text; text++) {
		if (strchr(plain, *text))
			buf_add(out, text, 1);
		else
			buf_printf(out, "%%%02X", (unsigned)(uint8_t)*text);
	}
}
