// SPDX-License-Identifier: GPL-2.0-or-later
// An address from whoever gives one: udhcpc on several cards at the same time.
#ifndef NET_DHCP_H
#define NET_DHCP_H

#include "base/err.h"
#include "net/link.h"

struct ui;

#define NET_WAIT_S 10

// Switches the cards on and asks on every one that has a carrier, at once; those whose carrier
// comes later are asked then. Ends as soon as one has got an address and the others had their
// chance, or after wait_s seconds. The clients that were lucky stay and renew. -1: nobody
// answered, and why, card by card.
int net_dhcp_ask(char names[][16], unsigned n, unsigned wait_s, struct ui *ui, struct err *e);
// Ends the client of a card, if there is one. Its address stays.
void net_dhcp_end(const char *link);

#endif
