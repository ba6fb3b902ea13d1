// SPDX-License-Identifier: GPL-2.0-or-later
// Values are passed over from the left: a function takes where one begins and gives where it ends,
// NULL when it does not end well. After json_open every stretch is known to be sound.
#include "base/json_read.h"

#include <string.h>

struct text {
	const char *end;
	unsigned depth;
};

static const char *pass_blanks(const struct text *t, const char *p)
{
	while (p < t->end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

static bool is_digit(const struct text *t, const char *p)
{
	return p < t->end && *p >= '0' && *p <= '9';
}

static const char *pass_digits(const struct text *t, const char *p)
{
	if (!is_digit(t, p))
		return NULL;
	while (is_digit(t, p))
		p++;
	return p;
}

static const char *pass_number(const struct text *t, const char *p)
{
	if (*p == '-')
		p++;
	p = p < t->end && *p == '0' ? p + 1 : pass_digits(t, p);
	if (p && p < t->end && *p == '.')
		p = pass_digits(t, p + 1);
	if (p && p < t->end && (*p == 'e' || *p == 'E')) {
		p++;
		if (p < t->end && (*p == '+' || *p == '-'))
			p++;
		p = pass_digits(t, p);
	}
	return p;
}

static const char *pass_escape(const struct text *t, const char *p)
{
	if (p == t->end)
		return NULL;
	if (*p != 'u')
		return *p && strchr("\"\\/bfnrt", *p) ? p + 1 : NULL;
	if (t->end - p < 5)
		return NULL;
	for (int i = 1; i <= 4; i++)
		if (!p[i] || !strchr("0123456789abcdefABCDEF", p[i]))
			return NULL;
	return p + 5;
}

static const char *pass_string(const struct text *t, const char *p)
{
	for (p++; p && p < t->end && *p != '"';) {
		if ((unsigned char)*p < 0x20)
			return NULL;
		p = *p == '\\' ? pass_escape(t, p + 1) : p + 1;
	}
	return p && p < t->end ? p + 1 : NULL;
}

static const char *pass_word(const struct text *t, const char *p)
{
	static const char *const words[] = { "true", "false", "null" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		size_t n = strlen(words[i]);

		if ((size_t)(t->end - p) >= n && !memcmp(p, words[i], n))
			return p + n;
	}
	return NULL;
}

static const char *pass_value(struct text *t, const char *p);

static const char *pass_name(const struct text *t, const char *p)
{
	if (p == t->end || *p != '"')
		return NULL;
	p = pass_string(t, p);
	if (p)
		p = pass_blanks(t, p);
	return p && p < t->end && *p == ':' ? pass_blanks(t, p + 1) : NULL;
}

// An object or an array, from its bracket to behind the one that closes it.
static const char *pass_many(struct text *t, const char *p, bool named, char close)
{
	if (t->depth == JSON_DEPTH)
		return NULL;
	t->depth++;
	p = pass_blanks(t, p + 1);
	if (p < t->end && *p == close) {
		t->depth--;
		return p + 1;
	}
	for (;;) {
		if (named)
			p = pass_name(t, p);
		p = p ? pass_value(t, p) : NULL;
		if (!p)
			return NULL;
		p = pass_blanks(t, p);
		if (p == t->end || (*p != ',' && *p != close))
			return NULL;
		if (*p++ == close)
			break;
		p = pass_blanks(t, p);
	}
	t->depth--;
	return p;
}

static const char *pass_value(struct text *t, const char *p)
{
	if (p == t->end)
		return NULL;
	switch (*p) {
	case '{': return pass_many(t, p, true, '}');
	case '[': return pass_many(t, p, false, ']');
	case '"': return pass_string(t, p);
	case 't':
	case 'f':
	case 'n': return pass_word(t, p);
	default: return pass_number(t, p);
	}
}

bool json_open(struct json_value *v, const char *text, size_t n)
{
	struct text t = { .end = text + n };
	const char *p, *behind;

	*v = (struct json_value){ 0 };
	if (n > JSON_MAX)
		return false;
	p = pass_blanks(&t, text);
	behind = pass_value(&t, p);
	if (!behind || pass_blanks(&t, behind) != t.end)
		return false;
	*v = (struct json_value){ p, (size_t)(behind - p) };
	return true;
}

static struct json_value member(struct json_value v, const char *name, size_t len)
{
	struct text t = { 0 };
	const char *p;

	if (!v.n || *v.p != '{')
		return (struct json_value){ 0 };
	t.end = v.p + v.n;
	p = pass_blanks(&t, v.p + 1);
	while (*p == '"') {
		const char *key = p + 1;
		bool found =
			(size_t)(t.end - key) > len && !memcmp(key, name, len) && key[len] == '"';
		const char *value = pass_name(&t, p), *behind = pass_value(&t, value);

		if (found)
			return (struct json_value){ value, (size_t)(behind - value) };
		p = pass_blanks(&t, behind);
		if (*p == ',')
			p = pass_blanks(&t, p + 1);
	}
	return (struct json_value){ 0 };
}

struct json_value json_find(struct json_value v, const char *path)
{
	while (v.n && *path) {
		size_t len = strcspn(path, ".");

		v = member(v, path, len);
		path += len + (path[len] == '.');
	}
	return v;
}

bool json_item(struct json_value array, struct json_value *it)
{
	struct text t = { 0 };
	const char *p;

	if (!array.n || *array.p != '[')
		return false;
	t.end = array.p + array.n;
	p = pass_blanks(&t, it->n ? it->p + it->n : array.p + 1);
	if (*p == ',')
		p = pass_blanks(&t, p + 1);
	if (*p == ']')
		return false;
	*it = (struct json_value){ p, (size_t)(pass_value(&t, p) - p) };
	return true;
}

bool json_get_number(struct json_value v, uint64_t *out)
{
	uint64_t number = 0;

	for (size_t i = 0; i < v.n; i++) {
		unsigned digit = (unsigned)(v.p[i] - '0');

		if (v.p[i] < '0' || v.p[i] > '9' || number > (UINT64_MAX - digit) / 10)
			return false;
		number = number * 10 + digit;
	}
	if (v.n)
		*out = number;
	return v.n != 0;
}

bool json_get_bool(struct json_value v, bool *out)
{
	if (!v.n || (*v.p != 't' && *v.p != 'f'))
		return false;
	*out = *v.p == 't';
	return true;
}

bool json_get_text(struct json_value v, char *out, size_t size)
{
	size_t n = 0;

	if (v.n < 2 || *v.p != '"')
		return false;
	for (size_t i = 1; i + 1 < v.n && n + 1 < size; i++) {
		out[n++] = v.p[i] == '\\' ? '?' : v.p[i];
		if (v.p[i] == '\\')
			i += v.p[i + 1] == 'u' ? 5 : 1;
	}
	out[n] = 0;
	return true;
}
