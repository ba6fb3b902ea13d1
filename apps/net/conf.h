// SPDX-License-Identifier: GPL-2.0-or-later
// How the network is to be set up, as asked for in a form, by options or by kernel parameters.
// Pure: nothing is touched.
#ifndef NET_CONF_H
#define NET_CONF_H

#include "base/err.h"
#include "net/addr.h"

#define NET_PORTS 8 // cards in a bond
#define NET_DNS 3   // as many as a resolv.conf may hold
#define NET_BOOT 4  // ip= parameters

// What a form asks for, in this order.
enum net_field { NF_LINK, NF_BOND, NF_VLAN, NF_ADDRESS, NF_GATEWAY, NF_DNS, NF_COUNT };

struct net_field_help {
	const char *name, *example, *help;
};
extern const struct net_field_help net_field_help[NF_COUNT];

enum net_bond { NB_ACTIVE_BACKUP, NB_802_3AD };

struct net_conf {
	char ports[NET_PORTS][16]; // network cards: several are a bond; none: one with a cable
	unsigned n_ports;
	char mac[18]; // "52:54:00:12:34:56": the card instead of its name; ""
	enum net_bond bond;
	char name[16]; // of the bond, "" bond0
	unsigned vlan; // 0: none
	char vlan_name[16];
	bool dhcp; // else a static address
	struct net_addr address, gateway, dns[NET_DNS];
	unsigned n_dns;
};

const char *net_bond_name(enum net_bond b); // "active-backup"

// From the texts of a form ("" and NULL: left empty). -1: *bad is the field that is wrong.
int net_conf_read(struct net_conf *c, const char *const text[NF_COUNT], enum net_field *bad,
		  struct err *e);

// What the kernel's command line asks for: ip=, nameserver=, vlan=NAME:CARD,
// bond=NAME:CARDS[:mode=MODE], BOOTIF=.
struct net_boot {
	struct net_conf conf[NET_BOOT];
	unsigned n; // 0: nothing is to be touched
};
int net_boot_read(struct net_boot *b, const char *cmdline, struct err *e);

#endif
