// SPDX-License-Identifier: GPL-2.0-or-later
// The program ip(8), busybox's or iproute2's, and what sysfs does instead of it.
#ifndef NET_IP_H
#define NET_IP_H

#include "net/conf.h"
#include "net/link.h"

struct ui;

int net_ip_up(const char *link, struct ui *ui, struct err *e);
int net_ip_down(const char *link, struct ui *ui, struct err *e);
// Takes all IPv4 addresses away, and with them the routes; those of IPv6 go when the card is down.
int net_ip_flush(const char *link, struct ui *ui, struct err *e);
// This address instead of those of its family that it has, and the way out. gateway.family 0:
// none. What is right already stays as it is, so that a lease that is renewed disturbs nobody.
int net_ip_address(const char *link, const struct net_addr *a, const struct net_addr *gateway,
		   struct ui *ui, struct err *e);
// Makes the bond of c->ports and its VLAN as far as they are wanted; link gets the name of what
// is to have the address.
int net_ip_compose(const struct net_conf *c, char link[16], struct ui *ui, struct err *e);
// Takes bonds and VLANs away again.
int net_ip_decompose(struct ui *ui, struct err *e);

#endif
