// SPDX-License-Identifier: GPL-2.0-or-later
// Setting the network up and taking it down. Nothing here happens unless somebody asked for it:
// the operator, a job, or a kernel parameter.
#ifndef NET_NET_H
#define NET_NET_H

#include "net/conf.h"
#include "net/dhcp.h"
#include "net/link.h"
#include "net/state.h"

// DHCP on all cards at once.
int net_dhcp(unsigned wait_s, struct ui *ui, struct err *e);
// One configuration.
int net_set(const struct net_conf *c, unsigned wait_s, struct ui *ui, struct err *e);
// What the kernel's command line asks for; *asked: whether it does.
int net_boot(const char *cmdline, bool *asked, struct ui *ui, struct err *e);
// Makes the network work for who needs it now: what is there already, else what the kernel's
// command line asks for (also when that is still under way), else DHCP.
int net_up(struct ui *ui, struct err *e);
// Everything away again, cards off.
int net_down(struct ui *ui, struct err *e);
// Switches all cards on, so that their cables can be seen, and waits for the first of them. Asks
// for no address.
int net_look(struct ui *ui, struct err *e);

// Has a card with a cable an address?
bool net_works(void);

// "10.0.0.5/24 on eth0 by DHCP, gateway 10.0.0.1, name server 10.0.0.1"; "" when nothing has an
// address.
void net_line(struct buf *out);

#endif
