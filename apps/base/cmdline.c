// SPDX-License-Identifier: GPL-2.0-or-later
// Words of the kernel's command line, and what of them nobody may read.
#include "base/cmdline.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char *cut(const char *s, size_t n)
{
	char *copy = mem_alloc(n + 1);

	memcpy(copy, s, n);
	copy[n] = 0;
	return copy;
}

bool cmdline_next(const char **text, struct cmdline_word *w)
{
	const char *s = *text, *value;
	bool quoted = false, whole;
	size_t n, equals = 0;

	while (is_space(*s))
		s++;
	if (!*s)
		return false;
	*w = (struct cmdline_word){ .raw = s };
	whole = *s == '"'; // the quote is around name and value
	if (whole)
		quoted = true, s++;
	for (n = 0; s[n] && (quoted || !is_space(s[n])); n++) {
		if (!equals && s[n] == '=')
			equals = n;
		if (s[n] == '"')
			quoted = !quoted;
	}
	w->raw_len = (size_t)(s + n - w->raw);
	*text = s + n;
	if (whole && n && s[n - 1] == '"')
		n--;
	if (!equals) {
		w->name = cut(s, n);
		return true;
	}
	w->name = cut(s, equals);
	value = s + equals + 1;
	n -= equals + 1;
	if (n && *value == '"') {
		value++, n--;
		if (n && value[n - 1] == '"')
			n--;
	}
	w->value = cut(value, n);
	return true;
}

void cmdline_free(struct cmdline_word *w)
{
	if (w->value)
		explicit_bzero(w->value, strlen(w->value));
	free(w->name);
	free(w->value);
	w->name = w->value = NULL;
}

bool url_password(const char *text, size_t text_len, size_t *at, size_t *len)
{
	const char *s = memmem(text, text_len, "://", 3), *end, *host, *colon;

	if (!s)
		return false;
	s += 3;
	end = memchr(s, '/', text_len - (size_t)(s - text));
	if (!end)
		end = text + text_len;
	// a password may hold an @ itself: the last one is in front of the host
	host = memrchr(s, '@', (size_t)(end - s));
	colon = memchr(s, ':', (size_t)((host ? host : end) - s));
	if (!colon)
		return false;
	// ... or a slash, but then what stands behind the colon is no port
	if (!host && !(colon[1] >= '0' && colon[1] <= '9'))
		host = memrchr(s, '@', text_len - (size_t)(s - text));
	if (!host)
		return false;
	*at = (size_t)(colon + 1 - text);
	*len = (size_t)(host - colon - 1);
	return *len > 0;
}

static bool is_secret(const char *name)
{
	static const char *const parts[] = { "password", "passwd", "passphrase", "secret" };

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		if (strcasestr(name, parts[i]))
			return true;
	return false;
}

// Instead of the n bytes at s. A quotation mark among them without its second one is kept: where
// the words end must not change.
static void put_stars(struct buf *out, const char *s, size_t n)
{
	bool odd = false;

	for (size_t i = 0; i < n; i++)
		odd ^= s[i] == '"';
	buf_puts(out, odd ? "***\"" : "***");
}

// The word with its secret replaced; false: it has none.
static bool hide_word(const struct cmdline_word *w, struct buf *out)
{
	const char *equals = memchr(w->raw, '=', w->raw_len);
	size_t at, len;

	if (!w->value || !equals)
		return false;
	// the place of a password that is kept elsewhere is none
	if (is_secret(w->name) && *w->value && !strstr(w->name, "password-file")) {
		buf_add(out, w->raw, (size_t)(equals + 1 - w->raw));
		put_stars(out, equals + 1, (size_t)(w->raw + w->raw_len - equals - 1));
		return true;
	}
	if (!url_password(w->raw, w->raw_len, &at, &len))
		return false;
	buf_add(out, w->raw, at);
	put_stars(out, w->raw + at, len);
	buf_add(out, w->raw + at + len, w->raw_len - at - len);
	return true;
}

bool cmdline_hide(const char *text, struct buf *out)
{
	const char *from = text;
	struct cmdline_word w;
	bool hidden = false;

	while (cmdline_next(&text, &w)) {
		buf_add(out, from, (size_t)(w.raw - from)); // the white space in front
		if (hide_word(&w, out))
			hidden = true;
		else
			buf_add(out, w.raw, w.raw_len);
		cmdline_free(&w);
		from = text;
	}
	buf_puts(out, from);
	return hidden;
}
