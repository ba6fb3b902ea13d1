// SPDX-License-Identifier: GPL-2.0-or-later
// Does the network work, and if not, how far? Step by step, each with words for who has to mend it.
#ifndef NET_CHECK_H
#define NET_CHECK_H

#include <stdbool.h>

struct ui;

enum net_step { NS_LINK, NS_ADDRESS, NS_GATEWAY, NS_NAME, NS_SERVER, NS_COUNT };

struct net_check {
	struct {
		bool done, ok;
		char text[240];
	} step[NS_COUNT];
	bool ok; // all that were done are
};

const char *net_step_name(enum net_step s); // "gateway"

// host NULL: as far as the name servers. port 0: whether it answers at all.
void net_check(struct net_check *c, const char *host, unsigned port, struct ui *ui);

// "HOST", "HOST:PORT", "[IPV6]:PORT". False: it is neither. port 0: none was said.
bool net_target_parse(const char *text, char *host, unsigned host_size, unsigned *port);

#endif
