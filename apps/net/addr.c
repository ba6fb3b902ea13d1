// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/addr.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

static bool parse(struct net_addr *a, const char *text, size_t n)
{
	char copy[INET6_ADDRSTRLEN];

	*a = (struct net_addr){ 0 };
	if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
		text++;
		n -= 2;
	}
	if (!n || n >= sizeof copy || memchr(text, 0, n))
		return false;
	memcpy(copy, text, n);
	copy[n] = 0;
	a->family = strchr(copy, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(a->family, copy, a->b) == 1)
		return true;
	*a = (struct net_addr){ 0 };
	return false;
}

bool net_addr_parse(struct net_addr *a, const char *text)
{
	return parse(a, text, strlen(text));
}

// Bits of a mask like 255.255.255.0; 0 when it has holes.
static unsigned mask_bits(const uint8_t *b)
{
	uint32_t mask = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
	unsigned n = 0;

	while (n < 32 && (mask & (0x80000000u >> n)))
		n++;
	return n < 32 && (mask << n) ? 0 : n;
}

unsigned net_prefix_parse(const char *text, int family)
{
	struct net_addr mask;
	size_t n = strlen(text);

	if (n && n <= 3 && strspn(text, DIGITS) == n) {
		unsigned bits = (unsigned)strtoul(text, NULL, 10);

		return bits <= (family == AF_INET ? 32u : 128u) ? bits : 0;
	}
	if (family != AF_INET || !net_addr_parse(&mask, text) || mask.family != AF_INET)
		return 0;
	return mask_bits(mask.b);
}

bool net_cidr_parse(struct net_addr *a, const char *text)
{
	const char *slash = strchr(text, '/');

	if (!slash || !parse(a, text, (size_t)(slash - text)))
		return false;
	a->prefix = net_prefix_parse(slash + 1, a->family);
	return a->prefix > 0;
}

struct net_text net_addr_show(const struct net_addr *a)
{
	struct net_text t = { "" };

	if (a->family)
		inet_ntop(a->family, a->b, t.s, sizeof t.s);
	return t;
}

struct net_text net_cidr_show(const struct net_addr *a)
{
	struct net_text t = net_addr_show(a);
	size_t n = strlen(t.s);

	if (a->family && a->prefix)
		snprintf(t.s + n, sizeof t.s - n, "/%u", a->prefix);
	return t;
}

bool net_addr_is_host(const struct net_addr *a)
{
	static const uint8_t loopback[16] = { [15] = 1 }, none[16];

	if (a->family == AF_INET)
		return a->b[0] && a->b[0] != 127 && a->b[0] < 224;
	return a->family == AF_INET6 && a->b[0] != 0xff && memcmp(a->b, loopback, 16) &&
	       memcmp(a->b, none, 16);
}

bool net_addr_has(const struct net_addr *a, const struct net_addr *b)
{
	unsigned whole = a->prefix / 8, rest = a->prefix % 8;

	if (a->family != b->family || memcmp(a->b, b->b, whole))
		return false;
	return !rest || !((a->b[whole] ^ b->b[whole]) >> (8 - rest));
}

socklen_t net_addr_sock(const struct net_addr *a, unsigned port, struct sockaddr_storage *out)
{
	*out = (struct sockaddr_storage){ .ss_family = (sa_family_t)a->family };
	if (a->family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)out;

		in->sin_port = htons((uint16_t)port);
		memcpy(&in->sin_addr, a->b, 4);
		return sizeof *in;
	}
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)out;

	in6->sin6_port = htons((uint16_t)port);
	memcpy(&in6->sin6_addr, a->b, 16);
	return sizeof *in6;
}

bool net_link_ok(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 15 && strspn(name, LETTERS DIGITS "._-") == n && name[0] != '.' &&
	       name[0] != '-';
}

bool net_name_ok(const char *name)
{
	size_t n = strlen(name);

	return n && n <= 253 && strspn(name, LETTERS DIGITS ".-") == n && name[0] != '.' &&
	       name[0] != '-';
}
