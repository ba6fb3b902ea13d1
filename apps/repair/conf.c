// SPDX-License-Identifier: GPL-2.0-or-later
// Line by line.
#include "repair/conf.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

static bool says_nothing(const char *line)
{
	line += strspn(line, " \t\r");
	return !*line || *line == '\n' || *line == '#';
}

static bool sets(const char *line, const char *key)
{
	size_t n = strlen(key);

	line += strspn(line, " \t");
	return !strncasecmp(line, key, n) && line[n + strspn(line + n, " \t")] == '=';
}

static unsigned comment(const char *text, const char *key, const char *except, const char *why,
			struct buf *out)
{
	unsigned changed = 0;
	bool in = true;

	for (size_t n; *text; text += n) {
		const char *p = text + strspn(text, " \t");

		n = text_line(text);
		if (except && *p == '[')
			in = strncasecmp(p, except, strlen(except)) != 0;
		if (in && !says_nothing(text) && (!key || sets(text, key))) {
			if (!changed++)
				buf_printf(out, "# Salvor: %s\n", why);
			buf_puts(out, "#");
		}
		buf_add(out, text, n);
	}
	return changed;
}

unsigned conf_comment_all(const char *text, const char *why, struct buf *out)
{
	return comment(text, NULL, NULL, why, out);
}

unsigned conf_comment_key(const char *text, const char *key, const char *except, const char *why,
			  struct buf *out)
{
	return comment(text, key, except, why, out);
}

// A pattern of a filter, without its delimiters: does it stand for everything, or for this kind?
static bool matches(const char *p, size_t n, const char *kind)
{
	size_t k = strlen(kind);

	if (!n || (n == 2 && !strncmp(p, ".*", 2)) || (n == 7 && !strncmp(p, "/dev/.*", 7)))
		return true;
	for (size_t i = 0; i + k <= n; i++)
		if (!strncmp(p + i, kind, k) && (!i || p[i - 1] == '/' || p[i - 1] == '('))
			return true;
	return false;
}

// The strings of a filter's list in order, the first that matches decides: "a|...|" sees, "r|...|"
// does not. What stands between quotes begins with that letter and a delimiter.
static bool hides(const char *list, const char *end, const char *kind)
{
	while (list < end && (list = memchr(list, '"', (size_t)(end - list)))) {
		const char *close = memchr(list + 1, '"', (size_t)(end - list - 1));

		if (!close)
			return false;
		if (close - list > 3 && matches(list + 3, (size_t)(close - list) - 4, kind) &&
		    (list[1] == 'a' || list[1] == 'r'))
			return list[1] == 'r';
		list = close + 1;
	}
	return false;
}

unsigned conf_lvm_filter(const char *text, const char *kind, const char *why, struct buf *out)
{
	unsigned changed = 0;

	for (size_t n; *text; text += n) {
		size_t all = strcspn(text, "]");

		n = text_line(text);
		if ((!sets(text, "filter") && !sets(text, "global_filter")) || !text[all] ||
		    !hides(text, text + all, kind)) {
			buf_add(out, text, n);
			continue;
		}
		buf_printf(out, "# Salvor: %s\n", why);
		changed++;
		for (const char *end = text + all;;) {
			buf_puts(out, "#");
			buf_add(out, text, n);
			if (text + n > end)
				break;
			text += n;
			n = text_line(text);
		}
	}
	return changed;
}

// Ends the last line when the file does not.
static void end_line(struct buf *out)
{
	if (out->len && out->s[out->len - 1] != '\n')
		buf_puts(out, "\n");
}

unsigned conf_modprobe(const char *text, const char *card, const char *host, struct buf *out)
{
	unsigned changed = 0, next = 0, number;
	bool has_host = !host;

	for (size_t n; *text; text += n) {
		char name[64], driver[64];

		n = text_line(text);
		if (strncmp(text, "alias", 5) ||
		    sscanf(text, "alias%*[ \t]%63[^ \t\n]%*[ \t]%63[^ \t\n]", name, driver) != 2)
			name[0] = driver[0] = 0;
		if (!strncmp(name, "scsi_hostadapter", 16)) {
			number = (unsigned)strtoul(name + 16, NULL, 10);
			next = number < 1000 && number >= next ? number + 1 : next;
			has_host |= host && !strcmp(driver, host);
		}
		if (card && !strncmp(name, "eth", 3) && isdigit((unsigned char)name[3]) &&
		    strcmp(driver, card)) {
			buf_printf(out, "alias %s %s\n# Salvor, before: ", name, card);
			changed++;
		}
		buf_add(out, text, n);
	}
	if (has_host)
		return changed;
	end_line(out);
	if (next)
		buf_printf(out, "alias scsi_hostadapter%u %s\n", next, host);
	else
		buf_printf(out, "alias scsi_hostadapter %s\n", host);
	return changed + 1;
}

static bool has_line(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (; *text; text += text_line(text)) {
		const char *p = text + strspn(text, " \t");

		if (!strncmp(p, name, n) && strchr(" \t\r\n", p[n]))
			return true;
	}
	return false;
}

unsigned conf_add_modules(const char *text, const char *const *names, unsigned n, struct buf *out)
{
	unsigned added = 0;

	buf_puts(out, text);
	for (unsigned i = 0; i < n; i++) {
		if (has_line(text, names[i]))
			continue;
		end_line(out);
		buf_printf(out, "%s\n", names[i]);
		added++;
	}
	return added;
}

static bool has_word(const char *line, const char *name)
{
	const char *end = line + text_line(line), *at = line;
	size_t n = strlen(name);

	while ((at = strstr(at, name)) && at < end) {
		if (at > line && strchr(" \t\"'=", at[-1]) && strchr(" \t\"'\r\n", at[n]))
			return true;
		at += n;
	}
	return false;
}

// The quote that ends the value of this line; NULL when it has none, or is not all there is to it.
static const char *closing(const char *line)
{
	const char *open = line + strcspn(line, "=") + 1, *end;

	if (*open != '"' && *open != '\'')
		return NULL;
	end = open + 1 + strcspn(open + 1, *open == '"' ? "\"$`\\\n" : "'\n");
	return *end == *open && strchr(" \t\r\n", end[1]) ? end : NULL;
}

unsigned conf_shell_add(const char *text, const char *key, const char *const *names, unsigned n,
			struct buf *out)
{
	const char *last = NULL, *at;
	unsigned added = 0;

	for (const char *line = text; *line; line += text_line(line)) {
		const char *p = line + strspn(line, " \t");

		if (!strncmp(p, key, strlen(key)) && p[strlen(key)] == '=')
			last = p;
	}
	for (unsigned i = 0; i < n; i++)
		added += !last || !has_word(last, names[i]);
	at = last ? closing(last) : NULL;
	if (!at)
		at = text + strlen(text);
	buf_add(out, text, (size_t)(at - text));
	if (added && !*at) {
		end_line(out);
		buf_printf(out, "%s=\"%s%s", key, last ? "$" : "", last ? key : "");
	}
	for (unsigned i = 0; i < n && added; i++)
		if (!*at || !has_word(last, names[i]))
			buf_printf(out, "%s%s", !*at && !last && !i ? "" : " ", names[i]);
	buf_puts(out, added && !*at ? "\"\n" : at);
	return added;
}
