// SPDX-License-Identifier: GPL-2.0-or-later
// Internet addresses and names as people, kernel parameters and DHCP servers write them.
#ifndef NET_ADDR_H
#define NET_ADDR_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct net_addr {
	int family; // AF_INET, AF_INET6; 0: none
	uint8_t b[16];
	unsigned prefix; // bits of the network; 0: not said
};

struct net_text {
	char s[64];
};

// "10.0.0.5", "fd00::5", "[fd00::5]", nothing behind it.
bool net_addr_parse(struct net_addr *a, const char *text);
// With "/24" or "/255.255.255.0" behind it.
bool net_cidr_parse(struct net_addr *a, const char *text);
// "24" or "255.255.255.0"; 0: neither, or not possible in this family.
unsigned net_prefix_parse(const char *text, int family);

// The address alone, and with its prefix when there is one.
struct net_text net_addr_show(const struct net_addr *a);
struct net_text net_cidr_show(const struct net_addr *a);

// Can one machine have it? No group, no loopback, not zero.
bool net_addr_is_host(const struct net_addr *a);
// Whether b lies in the network of a.
bool net_addr_has(const struct net_addr *a, const struct net_addr *b);
// For connect() and the like; its length.
socklen_t net_addr_sock(const struct net_addr *a, unsigned port, struct sockaddr_storage *out);

// A name the kernel may give a network card: at most 15 plain characters.
bool net_link_ok(const char *name);
// A host's or domain's name: letters, digits, '-', '.', at most 253.
bool net_name_ok(const char *name);

#endif
