// SPDX-License-Identifier: GPL-2.0-or-later
// What has been set up and by whom, in /run/salvor/net: a file for each card, and
// /etc/resolv.conf made of all of them.
#ifndef NET_STATE_H
#define NET_STATE_H

#include "base/err.h"
#include "net/conf.h"

#define NET_DIR "/run/salvor/net"

struct net_state {
	bool dhcp;
	struct net_addr server; // that gave the address
	struct net_addr dns[NET_DNS];
	unsigned n_dns;
	char domain[254];
	char problem[200]; // what was wrong with what the server said; "": nothing
};

// The text of such a file. What is not understood is left out.
void net_state_parse(struct net_state *s, const char *text);
// False: nothing has been set up on this card.
bool net_state_get(struct net_state *s, const char *link);
// Keeps it and makes /etc/resolv.conf anew. s NULL: forgets it.
int net_state_put(const struct net_state *s, const char *link, struct err *e);

// The name servers a text like /etc/resolv.conf tells, at most NET_DNS.
unsigned net_resolv_parse(const char *text, struct net_addr dns[NET_DNS]);
unsigned net_resolv_get(struct net_addr dns[NET_DNS]);

// Why what the kernel's parameters ask for could not be set up, for screens that begin later; NULL:
// it was.
void net_problem_put(const char *text);
void net_problem_get(char *text, size_t size); // "": none

// One setup at a time: waits for the other one. The descriptor is closed by the caller.
int net_lock(struct err *e);

#endif
