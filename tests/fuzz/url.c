// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses as they come from job files and kernel parameters: what is accepted keeps what url.h
// promises to those who hand it to programs, and is accepted again when it is written anew.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "far/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void printable(const char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			abort();
}

static void again(const struct url *u)
{
	char text[2600], port[12] = "";
	struct url v;

	if (u->port)
		snprintf(port, sizeof port, "%u", u->port);
	if (!url_write(text, sizeof text, u->scheme, u->user, u->host, port, u->path))
		return;
	// what is decoded may be longer when it is encoded; else it is the same
	if (url_parse(&v, text, NULL) == 1 &&
	    (strcmp(v.user, u->user) || strcmp(v.host, u->host) || v.port != u->port ||
	     (*u->path && *u->path == '/' && strcmp(v.path, u->path))))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *text = malloc(len + 1); // exactly: the sanitizer sees the byte behind it
	struct url u;

	memcpy(text, data, len);
	text[len] = 0;
	if (url_parse(&u, text, NULL) == 1) {
		if (!*u.host || *u.host == '-' || *u.user == '-' || u.port > 65535)
			abort();
		printable(u.user);
		printable(u.host);
		printable(u.path);
		printable(u.raw);
		if (strpbrk(u.host, " /@'\"$`\\") || strpbrk(u.raw, " \"\\#") ||
		    strchr(url_name(&u), '/'))
			abort();
		again(&u);
	}
	free(text);
	return 0;
}
