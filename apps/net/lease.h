// SPDX-License-Identifier: GPL-2.0-or-later
// What a DHCP server has said, as udhcpc hands it to the program it calls. The server is the far
// end of some network: nothing of it is taken as it is.
#ifndef NET_LEASE_H
#define NET_LEASE_H

#include "net/state.h"

struct lease {
	char link[16];
	struct net_addr address, gateway, server, dns[NET_DNS];
	unsigned n_dns;
	char domain[254]; // "" when it is none
};

// From an environment: NULL-terminated NAME=VALUE. -1: there is no usable address in it.
int lease_parse(struct lease *l, const char *const *env, struct err *e);

// What udhcpc calls: event is "deconfig", "bound", "renew", "leasefail" or "nak"; the rest is in
// the environment. Returns an exit status.
int lease_main(const char *event);
#define LEASE_PROGRAM "default.script" // the name it is called by: udhcpc's own for it

#endif
