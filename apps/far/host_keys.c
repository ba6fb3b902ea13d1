// SPDX-License-Identifier: GPL-2.0-or-later
#include "far/host_keys.h"

#include <string.h>

#define NAME_MAX_BYTES 280 // a host name, brackets and a port

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

static const struct host_keys_keeper *keeper;

void host_keys_kept_by(const struct host_keys_keeper *k)
{
	keeper = k;
}

void host_keys_wanted(struct ui *ui)
{
	if (keeper)
		keeper->wanted(ui);
}

void host_keys_accepted(struct ui *ui)
{
	if (keeper)
		keeper->accepted(ui);
}

// Bytes from p on that are letters, digits or one of more.
static size_t span(const char *p, size_t n, const char *more)
{
	size_t i = 0;

	while (i < n && p[i] && (strchr(letters, p[i]) || strchr(more, p[i])))
		i++;
	return i;
}

static bool is_key(const char *line, size_t n)
{
	size_t name = span(line, n, ".-_:[]%"), type, key;

	if (!name || name > NAME_MAX_BYTES || name == n || line[name] != ' ')
		return false;
	line += name + 1;
	n -= name + 1;
	type = span(line, n, "-@.");
	// "ssh-ed25519", "sk-ssh-ed25519@openssh.com"; none begins with a mark
	if (type < 4 || line[0] == '@' || type == n || line[type] != ' ')
		return false;
	line += type + 1;
	n -= type + 1;
	key = span(line, n, "+/=");
	return key >= 16 && key == n;
}

// One line after the other; its length is without the newline. False: there is none left.
static bool next(const char **text, size_t *left, const char **line, size_t *n)
{
	const char *end;

	if (!*left)
		return false;
	end = memchr(*text, '\n', *left);
	*line = *text;
	*n = end ? (size_t)(end - *text) : *left;
	*text += *n + (end != NULL);
	*left -= *n + (end != NULL);
	if (*n && (*line)[*n - 1] == '\r') // an editor of Windows was here
		--*n;
	return true;
}

unsigned host_keys_take(const char *text, size_t n, struct buf *out)
{
	unsigned dropped = 0;
	const char *line;
	size_t len;

	while (next(&text, &n, &line, &len)) {
		if (!len)
			continue;
		if (!is_key(line, len) || out->len + len + 1 > HOST_KEYS_MAX) {
			dropped++;
			continue;
		}
		buf_add(out, line, len);
		buf_puts(out, "\n");
	}
	return dropped;
}

static bool names(const char *text, size_t n, const char *host, size_t host_len)
{
	const char *line;
	size_t len;

	while (next(&text, &n, &line, &len))
		if (len > host_len && !memcmp(line, host, host_len) && line[host_len] == ' ')
			return true;
	return false;
}

void host_keys_merge(struct buf *out, const char *more)
{
	size_t left = strlen(more), before = out->len, n;
	const char *line;

	while (next(&more, &left, &line, &n)) {
		const char *space = memchr(line, ' ', n);

		if (!space || out->len + n + 1 > HOST_KEYS_MAX ||
		    names(buf_str(out), before, line, (size_t)(space - line)))
			continue;
		buf_add(out, line, n);
		buf_puts(out, "\n");
	}
}

unsigned host_keys_forget(const char *text, const char *host, struct buf *out)
{
	size_t left = strlen(text), host_len = strlen(host), n;
	unsigned gone = 0;
	const char *line;

	while (next(&text, &left, &line, &n)) {
		if (n > host_len && !memcmp(line, host, host_len) && line[host_len] == ' ') {
			gone++;
			continue;
		}
		buf_add(out, line, n);
		buf_puts(out, "\n");
	}
	return gone;
}
