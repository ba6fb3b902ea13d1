// SPDX-License-Identifier: GPL-2.0-or-later
// The texts of a form, checked one by one and against each other.
#include "net/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

const struct net_field_help net_field_help[NF_COUNT] = {
	[NF_LINK] = { "Card", "eth0, or eth0,eth1 as a bond",
		      "Empty: the first card with a cable in it" },
	[NF_BOND] = { "Bond", "active-backup or 802.3ad",
		      "Only for several cards: one at a time, or LACP" },
	[NF_VLAN] = { "VLAN", "12; empty: none", "Only where the switch expects tagged frames" },
	[NF_ADDRESS] = { "Address", "192.168.1.10/24, or dhcp",
			 "The number behind the slash is the size of the network" },
	[NF_GATEWAY] = { "Gateway", "192.168.1.1",
			 "Empty: only servers in the same network can be reached" },
	[NF_DNS] = { "Name servers", "192.168.1.1,1.1.1.1",
		     "Empty: servers can only be named by their address" },
};

const char *net_bond_name(enum net_bond b)
{
	return b == NB_802_3AD ? "802.3ad" : "active-backup";
}

static const char blanks[] = ", \t";

// The next word of a list in `word`; false at its end. A word that does not fit comes back cut.
static bool next_word(const char **p, char *word, size_t size)
{
	size_t n;

	*p += strspn(*p, blanks);
	n = strcspn(*p, blanks);
	if (!n)
		return false;
	snprintf(word, size, "%.*s", n < size ? (int)n : (int)size - 1, *p);
	*p += n;
	return true;
}

static int read_ports(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];

	while (next_word(&text, word, sizeof word)) {
		if (!net_link_ok(word))
			return err_usage(
				e, "%s: no name of a network card; they are called eth0, eth1",
				word);
		for (unsigned i = 0; i < c->n_ports; i++)
			if (!strcmp(c->ports[i], word))
				return err_usage(e, "%s: named twice", word);
		if (c->n_ports == NET_PORTS)
			return err_usage(e, "a bond has at most %d cards", NET_PORTS);
		str_copy(c->ports[c->n_ports++], sizeof c->ports[0], word);
	}
	return 0;
}

static int read_bond(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];

	if (!next_word(&text, word, sizeof word))
		return 0;
	if (!strcmp(word, "active-backup") || !strcmp(word, "1"))
		c->bond = NB_ACTIVE_BACKUP;
	else if (!strcmp(word, "802.3ad") || !strcmp(word, "4"))
		c->bond = NB_802_3AD;
	else
		return err_usage(e, "%s: a bond is active-backup or 802.3ad", word);
	if (c->n_ports < 2)
		return err_usage(e, "a bond needs two cards: eth0,eth1");
	return 0;
}

static int read_vlan(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];
	unsigned long n;

	if (!next_word(&text, word, sizeof word))
		return 0;
	n = strspn(word, "0123456789") == strlen(word) && strlen(word) < 5 ? strtoul(word, NULL, 10)
									   : 0;
	if (n < 1 || n > 4094)
		return err_usage(e, "%s: a VLAN has a number from 1 to 4094", word);
	c->vlan = (unsigned)n;
	return 0;
}

static int read_address(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];
	struct net_addr a;

	if (!next_word(&text, word, sizeof word))
		return err_usage(e, "an address is needed, like 192.168.1.10/24, or dhcp");
	if (!strcmp(word, "dhcp")) {
		c->dhcp = true;
		return 0;
	}
	if (!net_cidr_parse(&c->address, word))
		return net_addr_parse(&a, word)
			       ? err_usage(e, "%s: how large is the network? Like %s/24", word,
					   word)
			       : err_usage(e, "%s: no address; it looks like 192.168.1.10/24",
					   word);
	if (!net_addr_is_host(&c->address))
		return err_usage(e, "%s: no machine can have this address", word);
	return 0;
}

static int read_gateway(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];

	if (!next_word(&text, word, sizeof word))
		return 0;
	if (c->dhcp)
		return err_usage(e, "%s: with dhcp the gateway comes from the server", word);
	if (!net_addr_parse(&c->gateway, word) || !net_addr_is_host(&c->gateway))
		return err_usage(e, "%s: no address; it looks like 192.168.1.1", word);
	// a network of one address: the provider's router is always outside
	if (c->address.prefix != (c->address.family == AF_INET ? 32 : 128) &&
	    !net_addr_has(&c->address, &c->gateway))
		return err_usage(e, "%s: does not lie in the network %s", word,
				 net_cidr_show(&c->address).s);
	return 0;
}

static int add_dns(struct net_conf *c, const char *word, struct err *e)
{
	if (c->n_dns == NET_DNS)
		return err_usage(e, "at most %d name servers can be asked", NET_DNS);
	if (!net_addr_parse(&c->dns[c->n_dns], word) || !net_addr_is_host(&c->dns[c->n_dns]))
		return err_usage(e, "%s: a name server is named by its address, like 192.168.1.1",
				 word);
	c->n_dns++;
	return 0;
}

static int read_dns(struct net_conf *c, const char *text, struct err *e)
{
	char word[64];

	while (next_word(&text, word, sizeof word))
		if (add_dns(c, word, e))
			return -1;
	return 0;
}

int net_conf_read(struct net_conf *c, const char *const text[NF_COUNT], enum net_field *bad,
		  struct err *e)
{
	static int (*const reads[NF_COUNT])(struct net_conf *, const char *, struct err *) = {
		[NF_LINK] = read_ports,	     [NF_BOND] = read_bond,	  [NF_VLAN] = read_vlan,
		[NF_ADDRESS] = read_address, [NF_GATEWAY] = read_gateway, [NF_DNS] = read_dns,
	};

	*c = (struct net_conf){ 0 };
	for (*bad = 0; *bad < NF_COUNT; (*bad)++)
		if (reads[*bad](c, text[*bad] ? text[*bad] : "", e))
			return err_prefix(e, "%s", net_field_help[*bad].name);
	return 0;
}
