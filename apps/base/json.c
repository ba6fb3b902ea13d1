// SPDX-License-Identifier: GPL-2.0-or-later
// A JSON writer: the only state is whether the next value needs a comma in front.
#include "base/json.h"

#include <inttypes.h>
#include <string.h>

// Length of the well-formed UTF-8 sequence at p, 0 when it is none (RFC 3629).
static size_t utf8_length(const unsigned char *p)
{
	size_t n = *p < 0x80   ? 1
		   : *p < 0xc2 ? 0
		   : *p < 0xe0 ? 2
		   : *p < 0xf0 ? 3
		   : *p < 0xf5 ? 4
			       : 0;

	for (size_t i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if (n == 3 && ((*p == 0xe0 && p[1] < 0xa0) || (*p == 0xed && p[1] >= 0xa0)))
		return 0;
	if (n == 4 && ((*p == 0xf0 && p[1] < 0x90) || (*p == 0xf4 && p[1] >= 0x90)))
		return 0;
	return n;
}

static void put_string(struct buf *out, const char *text)
{
	const unsigned char *p = (const unsigned char *)text;

	buf_puts(out, "\"");
	while (*p) {
		size_t n = utf8_length(p);

		if (!n)
			buf_puts(out, "\\ufffd");
		else if (*p == '"' || *p == '\\')
			buf_printf(out, "\\%c", *p);
		else if (*p == '\n')
			buf_puts(out, "\\n");
		else if (*p < 0x20 || *p == 0x7f)
			buf_printf(out, "\\u%04x", *p);
		else
			buf_add(out, p, n);
		p += n ? n : 1;
	}
	buf_puts(out, "\"");
}

static void lead(struct json *j, const char *key)
{
	if (j->comma)
		buf_puts(j->out, ", ");
	j->comma = true;
	if (key) {
		put_string(j->out, key);
		buf_puts(j->out, ": ");
	}
}

void json_begin(struct json *j, struct buf *out)
{
	*j = (struct json){ out, false };
}

void json_object(struct json *j, const char *key)
{
	lead(j, key);
	buf_puts(j->out, "{");
	j->comma = false;
}

void json_end_object(struct json *j)
{
	buf_puts(j->out, "}");
	j->comma = true;
}

void json_array(struct json *j, const char *key)
{
	lead(j, key);
	buf_puts(j->out, "[");
	j->comma = false;
}

void json_end_array(struct json *j)
{
	buf_puts(j->out, "]");
	j->comma = true;
}

void json_text(struct json *j, const char *key, const char *value)
{
	lead(j, key);
	if (value)
		put_string(j->out, value);
	else
		buf_puts(j->out, "null");
}

void json_number(struct json *j, const char *key, uint64_t value)
{
	lead(j, key);
	buf_printf(j->out, "%" PRIu64, value);
}

void json_bool(struct json *j, const char *key, bool value)
{
	json_raw(j, key, value ? "true" : "false");
}

void json_null(struct json *j, const char *key)
{
	json_raw(j, key, "null");
}

void json_raw(struct json *j, const char *key, const char *value)
{
	lead(j, key);
	buf_puts(j->out, value);
}
