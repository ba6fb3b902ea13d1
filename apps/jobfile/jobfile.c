// SPDX-License-Identifier: GPL-2.0-or-later
// From the text of a job file to its settings.
#include "jobfile/jobfile.h"

#include <stdlib.h>
#include <string.h>

#include "base/cmdline.h"
#include "base/text.h"

bool jobfile_is_key(const char *s, size_t len)
{
	if (!len || len >= JOBFILE_KEY || s[0] < 'a' || s[0] > 'z')
		return false;
	for (size_t i = 0; i < len; i++)
		if (!(s[i] >= 'a' && s[i] <= 'z') && !(s[i] >= '0' && s[i] <= '9') && s[i] != '-')
			return false;
	return true;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static void trim(const char **s, size_t *len)
{
	while (*len && is_blank(**s))
		++*s, --*len;
	while (*len && is_blank((*s)[*len - 1]))
		--*len;
}

// Text that can be shown and handed on: UTF-8 without control characters. What it says is not
// repeated in messages: it may be a password that was put into the wrong line.
static bool is_text(const char *s, size_t len)
{
	uint32_t code;

	for (size_t k; len; s += k, len -= k) {
		k = text_utf8((const uint8_t *)s, len, &code);
		if (!k || (code < 0x20 && code != '\t') || (code >= 0x7f && code < 0xa0))
			return false;
	}
	return true;
}

static int hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

static void take_password(struct jobfile_line *l)
{
	size_t at, len, n = 0;

	if (!url_password(l->value, strlen(l->value), &at, &len))
		return;
	l->whole = mem_dup(l->value);
	l->password = mem_zero(len + 1, 1);
	for (const char *c = l->whole + at; c < l->whole + at + len; c++) {
		bool coded = *c == '%' && c + 2 < l->whole + at + len && hex(c[1]) >= 0 &&
			     hex(c[2]) >= 0 && hex(c[1]) + hex(c[2]);

		l->password[n++] = coded ? (char)(hex(c[1]) << 4 | hex(c[2])) : *c;
		c += coded ? 2 : 0;
	}
	explicit_bzero(l->value + at, len);
	memmove(l->value + at - 1, l->whole + at + len, strlen(l->whole + at + len) + 1);
}

static int wrong(const char *name, unsigned line, struct err *e, const char *what)
{
	return name ? err_usage(e, "%s line %u: %s", name, line, what)
		    : err_usage(e, "kernel parameters: %s", what);
}

static int add(struct jobfile *f, const char *name, unsigned line, const char *s, size_t len,
	       struct err *e)
{
	const char *equals = memchr(s, '=', len), *value;
	size_t key_len, value_len;
	struct jobfile_line *l;

	if (!is_text(s, len))
		return wrong(name, line, e, "holds bytes that are no text (UTF-8)");
	if (!equals)
		return wrong(name, line, e, "is no \"setting = value\"");
	key_len = (size_t)(equals - s);
	value = equals + 1;
	value_len = len - key_len - 1;
	trim(&s, &key_len);
	trim(&value, &value_len);
	if (!jobfile_is_key(s, key_len))
		return wrong(name, line, e,
			     "the name of a setting is made of small letters, digits and \"-\"");
	if (f->n == JOBFILE_LINES)
		return wrong(name, line, e, "there are more than 512 settings");
	l = &f->lines[f->n++];
	*l = (struct jobfile_line){ .line = name ? line : 0 };
	memcpy(l->key, s, key_len);
	l->value = mem_alloc(value_len + 1);
	memcpy(l->value, value, value_len);
	l->value[value_len] = 0;
	take_password(l);
	return 0;
}

int jobfile_parse(struct jobfile *f, const char *name, const char *text, size_t len, struct err *e)
{
	unsigned line = 0;

	if (len > JOBFILE_MAX)
		return wrong(name, 1, e, "is larger than 64 KiB: this is no job file");
	if (len >= 3 && !memcmp(text, "\xef\xbb\xbf", 3)) // some editors begin with it
		text += 3, len -= 3;
	while (len) {
		const char *end = memchr(text, '\n', len), *s = text;
		size_t n = end ? (size_t)(end - text) : len, k = n;

		line++;
		trim(&s, &k);
		if (k && *s != '#' && add(f, name, line, s, k, e))
			return -1;
		n += end != NULL;
		text += n;
		len -= n;
	}
	return 0;
}

static void forget(char *text)
{
	if (text)
		explicit_bzero(text, strlen(text));
	free(text);
}

void jobfile_free(struct jobfile *f)
{
	for (unsigned i = 0; i < f->n; i++) {
		forget(f->lines[i].value);
		forget(f->lines[i].password);
		forget(f->lines[i].whole);
	}
	f->n = 0;
}

// One word at *s; moves *s behind it. -1: a quote without its end.
static int word(const char **s, struct buf *out)
{
	char quote = 0;
	const char *p;

	for (p = *s; *p && (quote || !is_blank(*p)); p++) {
		if (*p == '\\' && quote != '\'' && p[1])
			buf_add(out, ++p, 1);
		else if (quote && *p == quote)
			quote = 0;
		else if (!quote && (*p == '"' || *p == '\''))
			quote = *p;
		else
			buf_add(out, p, 1);
	}
	*s = p;
	buf_add(out, "", 1);
	return quote ? -1 : 0;
}

int jobfile_words(const char *text, struct buf *store, const char *argv[JOBFILE_WORDS + 1],
		  struct err *e)
{
	size_t at[JOBFILE_WORDS];
	unsigned n = 0;

	buf_clear(store);
	for (;;) {
		while (is_blank(*text))
			text++;
		if (!*text)
			break;
		if (n == JOBFILE_WORDS)
			return err_usage(e, "more than %d words", JOBFILE_WORDS);
		at[n++] = store->len;
		if (word(&text, store))
			return err_usage(e, "a quotation mark has no second one");
	}
	if (!n)
		return err_usage(e, "names no program");
	for (unsigned i = 0; i < n; i++)
		argv[i] = store->s + at[i];
	argv[n] = NULL;
	return 0;
}
