// SPDX-License-Identifier: GPL-2.0-or-later
// Addresses of files on other machines: scheme://[user@]host[:port]/path. The only parser of them.
#ifndef FAR_URL_H
#define FAR_URL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

struct url {
	char scheme[12]; // in small letters
	char user[128];	 // "" none; of smb it may be "domain;user"
	char host[256];	 // a name or an address, that of IPv6 without brackets
	unsigned port;	 // 0: the scheme's own
	char path[512];	 // decoded, from the first / on; "" none. Ends in / : a folder
	char raw[512];	 // the same encoded, with the ?query
};

// 1: it is one; 0: it is not written like one (a path, say); -1: it is, but not a good one. What is
// accepted holds no control character, no empty host, nothing that begins with a dash where a
// program could take it for an option, and no password: those do not belong where everybody sees
// them.
int url_parse(struct url *u, const char *text, struct err *e);

// A path, decoded, as it is written in an address. False: it does not fit.
bool url_encode(const char *path, char *out, size_t size);

// The address of these parts, none of them encoded. user: "" none; port: "" the scheme's own.
// False: it does not fit.
bool url_write(char *out, size_t size, const char *scheme, const char *user, const char *host,
	       const char *port, const char *path);

// What follows the last / of the path; "" for a folder.
const char *url_name(const struct url *u);

#endif
