// SPDX-License-Identifier: GPL-2.0-or-later
#include "far/url.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"

static int digit(char c)
{
	return c >= '0' && c <= '9'		    ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
						    : -1;
}

// Undoes %41; what comes out must be printable and fit.
static bool decode(char *out, size_t size, const char *from, size_t n)
{
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)from[i];

		if (c == '%') {
			if (n - i < 3 || digit(from[i + 1]) < 0 || digit(from[i + 2]) < 0)
				return false;
			c = (unsigned char)(digit(from[i + 1]) * 16 + digit(from[i + 2]));
			i += 2;
		}
		if (c < ' ' || c == 127 || len + 1 >= size)
			return false;
		out[len++] = (char)c;
	}
	out[len] = 0;
	return true;
}

// As it goes over the line of HTTP: up to a #, and what people type though it cannot be there is
// written %20.
static bool write_out(char *out, size_t size, const char *from, const char *end, const char *bad)
{
	static const char digits[] = "0123456789ABCDEF";
	size_t len = 0;

	for (; from < end; from++) {
		unsigned char c = (unsigned char)*from;

		if (len + 4 > size)
			return false;
		if (c > ' ' && c < 127 && !strchr(bad, c)) {
			out[len++] = (char)c;
			continue;
		}
		out[len++] = '%';
		out[len++] = digits[c >> 4];
		out[len++] = digits[c & 15];
	}
	out[len] = 0;
	return true;
}

static bool encode(char *out, size_t size, const char *from)
{
	return write_out(out, size, from, from + strcspn(from, "#"), "\"<>\\^`{|}");
}

bool url_encode(const char *path, char *out, size_t size)
{
	return write_out(out, size, path, path + strlen(path), "\"<>\\^`{|}%?#[]");
}

bool url_write(char *out, size_t size, const char *scheme, const char *user, const char *host,
	       const char *port, const char *path)
{
	bool v6 = strchr(host, ':') && host[0] != '[';
	char name[400], file[1600];

	if (!write_out(name, sizeof name, user, user + strlen(user), "\"<>\\^`{|}%?#[]@:/") ||
	    !url_encode(path, file, sizeof file))
		return false;
	return (size_t)snprintf(out, size, "%s://%s%s%s%s%s%s%s%s%s", scheme, name,
				*user ? "@" : "", v6 ? "[" : "", host, v6 ? "]" : "",
				*port ? ":" : "", port, *file == '/' ? "" : "/", file) < size;
}

static bool take_scheme(struct url *u, const char *text, size_t n)
{
	if (!n || n >= sizeof u->scheme || !isalpha((unsigned char)*text))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!isalnum((unsigned char)text[i]) && text[i] != '+')
			return false;
		u->scheme[i] = (char)tolower((unsigned char)text[i]);
	}
	u->scheme[n] = 0;
	return true;
}

static bool take_port(struct url *u, const char *text, size_t n)
{
	unsigned port = 0;

	if (!n || n > 5)
		return false;
	for (size_t i = 0; i < n; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		port = port * 10 + (unsigned)(text[i] - '0');
	}
	u->port = port;
	return port && port < 65536;
}

static bool good_host(const char *host, bool v6)
{
	if (!*host || *host == '-' || *host == '.')
		return false;
	for (const char *p = host; *p; p++)
		if (!isalnum((unsigned char)*p) && !strchr(v6 ? ":.%" : ".-_", *p))
			return false;
	return true;
}

// host, host:port, [v6], [v6]:port
static int take_host(struct url *u, const char *text, const char *at, size_t n, struct err *e)
{
	bool v6 = n && *at == '[';
	const char *close = v6 ? memchr(at, ']', n) : NULL;
	const char *host = v6 ? at + 1 : at;
	size_t len, rest;

	if (v6 && !close)
		return err_usage(e, "%s: a [ without its ]", text);
	len = v6 ? (size_t)(close - host) : strcspn(host, ":/?");
	if (len > n)
		len = n;
	rest = n - len - (v6 ? 2 : 0);
	if (len >= sizeof u->host)
		return err_usage(e, "%s: the server's name is too long", text);
	memcpy(u->host, host, len);
	u->host[len] = 0;
	if (!good_host(u->host, v6))
		return err_usage(e, "%s: \"%s\" is no name or address of a server", text, u->host);
	host += len + (v6 ? 1 : 0);
	if (rest && (*host != ':' || !take_port(u, host + 1, rest - 1)))
		return err_usage(e, "%s: what follows %s is no port from 1 to 65535", text,
				 u->host);
	return 0;
}

static int take_user(struct url *u, const char *text, size_t n, struct err *e)
{
	const char *at = strstr(text, "://") + 3;

	if (memchr(at, ':', n))
		return err_usage(e,
				 "%s://...: a password does not belong into an address: everybody "
				 "can see it there. --password-file FILE, or leave it out to be "
				 "asked",
				 u->scheme);
	if (!n || *at == '-' || !decode(u->user, sizeof u->user, at, n) || u->user[0] == '-')
		return err_usage(e, "%s: no good name of a user before the @", text);
	return 0;
}

int url_parse(struct url *u, const char *text, struct err *e)
{
	const char *sep = strstr(text, "://"), *at, *end, *user;
	size_t n;

	*u = (struct url){ 0 };
	if (!sep || !take_scheme(u, text, (size_t)(sep - text)))
		return 0;
	at = sep + 3;
	end = at + strcspn(at, "/?#");
	user = memrchr(at, '@', (size_t)(end - at));
	if (user && take_user(u, text, (size_t)(user - at), e))
		return -1;
	at = user ? user + 1 : at;
	if (take_host(u, text, at, (size_t)(end - at), e))
		return -1;
	n = strncmp(u->scheme, "http", 4) ? strlen(end) : strcspn(end, "?#");
	if (!decode(u->path, sizeof u->path, end, n) || !encode(u->raw, sizeof u->raw, end))
		return err_usage(e,
				 "%s: the path is too long or holds what cannot be in one (a %% is "
				 "written %%25)",
				 text);
	return 1;
}

const char *url_name(const struct url *u)
{
	const char *slash = strrchr(u->path, '/');

	return slash ? slash + 1 : "";
}
