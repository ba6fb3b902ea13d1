// SPDX-License-Identifier: GPL-2.0-or-later
// The network cards of this machine and what they have now. Nothing is touched.
#ifndef NET_LINK_H
#define NET_LINK_H

#include "base/buf.h"
#include "net/addr.h"

#define NET_LINKS 32
#define NET_ADDRS 4

enum net_kind { NK_CARD, NK_BOND, NK_VLAN };

struct net_link {
	char name[16], mac[18], driver[32];
	enum net_kind kind;
	bool up, carrier; // carrier is only known while it is up
	bool in_bond;	  // belongs to one, has no address of its own
	unsigned speed;	  // Mb/s; 0: not known
	unsigned index;
	struct net_addr addr[NET_ADDRS]; // without those that only reach the next machine
	unsigned n_addr;
};

struct net_links {
	struct net_link l[NET_LINKS];
	unsigned n;
};

// root: "", or a folder that holds a sys/ for tests (then there are no addresses). Sorted by name.
void net_links(struct net_links *out, const char *root);
// NULL: none of this name.
struct net_link *net_link_find(struct net_links *in, const char *name);
// The first that has an address. NULL: none.
const struct net_link *net_link_working(const struct net_links *in);

// "52:54:00:12:34:56  e1000  1000 Mb/s  cable", a line for people.
void net_link_text(const struct net_link *l, struct buf *out);

// Where what is not on the same network goes; family 0: nowhere. link: 16 bytes, may be NULL.
struct net_addr net_gateway(char *link);
// The same from the text of /proc/net/route.
bool net_route_parse(const char *text, struct net_addr *gateway, char link[16]);

#endif
