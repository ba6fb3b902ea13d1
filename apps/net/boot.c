// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's command line. ip= as the kernel and dracut write it: ip=dhcp, ip=CARD:dhcp,
// ip=ADDRESS:[SERVER]:GATEWAY:MASK[:HOST[:CARD[:HOW[:DNS[:DNS]]]]]; IPv6 addresses stand in
// brackets. The rest is dracut's and pxelinux's.
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/cmdline.h"
#include "net/conf.h"

#define PARTS 12
#define WORD 256

struct split {
	char text[WORD];
	const char *part[PARTS];
	unsigned n;
};

// At the colons, except those in brackets.
static bool split(struct split *s, const char *text)
{
	bool inside = false;

	*s = (struct split){ .n = 1 };
	if (!str_copy(s->text, sizeof s->text, text))
		return false;
	s->part[0] = s->text;
	for (char *p = s->text; *p; p++) {
		if (*p == '[')
			inside = true;
		else if (*p == ']')
			inside = false;
		if (*p != ':' || inside)
			continue;
		if (s->n == PARTS)
			return false;
		*p = 0;
		s->part[s->n++] = p + 1;
	}
	for (unsigned i = s->n; i < PARTS; i++)
		s->part[i] = "";
	return true;
}

static bool is_dhcp(const char *how)
{
	return !strcmp(how, "dhcp") || !strcmp(how, "on") || !strcmp(how, "any");
}

static bool is_off(const char *how)
{
	return !*how || !strcmp(how, "off") || !strcmp(how, "none") || !strcmp(how, "static");
}

// "01-52-54-00-12-34-56" as pxelinux tells the card it came by.
static bool mac_of(const char *text, char mac[18])
{
	static const char form[] = "xx-xx-xx-xx-xx-xx";

	if (!strncmp(text, "01-", 3))
		text += 3;
	if (strlen(text) != 17)
		return false;
	for (unsigned i = 0; i < 17; i++) {
		if (form[i] == 'x' ? !isxdigit((unsigned char)text[i]) : text[i] != form[i])
			return false;
		mac[i] = form[i] == 'x' ? (char)tolower((unsigned char)text[i]) : ':';
	}
	mac[17] = 0;
	return true;
}

static int set_card(struct net_conf *c, const char *card, struct err *e)
{
	if (!*card || mac_of(card, c->mac))
		return 0;
	if (!net_link_ok(card))
		return err_usage(e, "%s: no name of a network card", card);
	str_copy(c->ports[0], sizeof c->ports[0], card);
	c->n_ports = 1;
	return 0;
}

// Address, gateway and name servers are checked as those of a form.
static int set_static(struct net_conf *c, const struct split *s, struct err *e)
{
	struct net_conf fixed;
	enum net_field bad;
	struct net_addr a;

	if (!net_addr_parse(&a, s->part[0]))
		return err_usage(e, "%s: no address", s->part[0]);
	a.prefix = net_prefix_parse(s->part[3], a.family);
	if (!a.prefix)
		return err_usage(e, "\"%s\": no netmask; like 255.255.255.0", s->part[3]);
	struct net_text address = net_cidr_show(&a);
	char *dns STR_AUTO = mem_printf("%s,%s", s->part[7], s->part[8]);
	const char *const text[NF_COUNT] = { [NF_ADDRESS] = address.s,
					     [NF_GATEWAY] = strcmp(s->part[2], "0.0.0.0")
								    ? s->part[2]
								    : "",
					     [NF_DNS] = dns };

	if (net_conf_read(&fixed, text, &bad, e))
		return -1;
	c->address = fixed.address;
	c->gateway = fixed.gateway;
	memcpy(c->dns, fixed.dns, sizeof c->dns);
	c->n_dns = fixed.n_dns;
	return 0;
}

// 1: it asks for something.
static int read_ip(struct net_conf *c, const char *value, struct err *e)
{
	struct split s;

	if (!split(&s, value))
		return err_usage(e, "too long");
	if (s.n == 1 && is_off(s.part[0]))
		return 0;
	if (s.n <= 2) {
		if (!is_dhcp(s.part[s.n - 1]))
			return err_usage(e,
					 "%s: it is dhcp, or address, gateway and mask as in "
					 "ip=10.0.0.5::10.0.0.1:255.255.255.0::eth0:off",
					 s.part[s.n - 1]);
		c->dhcp = true;
		return s.n == 2 && set_card(c, s.part[0], e) ? -1 : 1;
	}
	if (set_card(c, s.part[5], e))
		return -1;
	if (is_dhcp(s.part[6])) {
		c->dhcp = true;
		return 1;
	}
	if (!is_off(s.part[6]))
		return err_usage(e, "%s: only dhcp and off are understood", s.part[6]);
	return set_static(c, &s, e) ? -1 : 1;
}

// The conf of the card that vlan= or bond= call so.
static struct net_conf *conf_of(struct net_boot *b, const char *card)
{
	for (unsigned i = 0; i < b->n; i++)
		if (b->conf[i].n_ports == 1 && !strcmp(b->conf[i].ports[0], card))
			return &b->conf[i];
	return NULL;
}

// vlan=NAME:CARD. The number is at the end of the name: eth0.12, vlan0012.
static int read_vlan(struct net_boot *b, const char *value, struct err *e)
{
	struct net_conf *c;
	struct split s;
	size_t n;

	if (!split(&s, value) || s.n != 2 || !net_link_ok(s.part[0]) || !net_link_ok(s.part[1]))
		return err_usage(e, "it is NAME:CARD, as in vlan=eth0.12:eth0");
	c = conf_of(b, s.part[0]);
	if (!c)
		return 0;
	for (n = strlen(s.part[0]); n && isdigit((unsigned char)s.part[0][n - 1]); n--)
		;
	if (sscanf(s.part[0] + n, "%4u", &c->vlan) != 1 || c->vlan < 1 || c->vlan > 4094)
		return err_usage(e, "%s: the name must end with a number from 1 to 4094",
				 s.part[0]);
	str_copy(c->vlan_name, sizeof c->vlan_name, s.part[0]);
	str_copy(c->ports[0], sizeof c->ports[0], s.part[1]);
	return 0;
}

// bond=NAME:CARD,CARD[:mode=MODE,...]
static int read_bond(struct net_boot *b, const char *value, struct err *e)
{
	struct net_conf *c, ports;
	enum net_field bad;
	struct split s;
	char mode[32];
	const char *m;

	if (!split(&s, value) || s.n < 2 || !net_link_ok(s.part[0]))
		return err_usage(e, "it is NAME:CARDS, as in bond=bond0:eth0,eth1:mode=802.3ad");
	c = conf_of(b, s.part[0]);
	if (!c)
		return 0;
	m = strstr(s.part[2], "mode=");
	m = m ? m + 5 : "";
	snprintf(mode, sizeof mode, "%.*s", (int)strcspn(m, ","), m);
	const char *const text[NF_COUNT] = {
		[NF_LINK] = s.part[1], [NF_BOND] = mode, [NF_ADDRESS] = "dhcp"
	};

	if (net_conf_read(&ports, text, &bad, e))
		return -1;
	str_copy(c->name, sizeof c->name, s.part[0]);
	memcpy(c->ports, ports.ports, sizeof c->ports);
	c->n_ports = ports.n_ports;
	c->bond = ports.bond;
	return 0;
}

static int read_nameserver(struct net_boot *b, const char *value, struct err *e)
{
	struct net_addr a;

	if (!net_addr_parse(&a, value) || !net_addr_is_host(&a))
		return err_usage(e, "%s: no address", value);
	for (unsigned i = 0; i < b->n; i++)
		if (b->conf[i].n_dns < NET_DNS)
			b->conf[i].dns[b->conf[i].n_dns++] = a;
	return 0;
}

// BOOTIF=: for what names no card and is not asked for on all of them.
static int read_bootif(struct net_boot *b, const char *value, struct err *e)
{
	char mac[18];

	(void)e; // of another kind of card: not ours to complain about
	for (unsigned i = 0; i < b->n; i++)
		if (!b->conf[i].n_ports && !b->conf[i].dhcp && !b->conf[i].mac[0] &&
		    mac_of(value, mac))
			str_copy(b->conf[i].mac, sizeof b->conf[i].mac, mac);
	return 0;
}

static int add_ip(struct net_boot *b, const char *value, struct err *e)
{
	struct net_conf c = { 0 };
	int rc = read_ip(&c, value, e);

	if (rc <= 0)
		return rc;
	if (b->n == NET_BOOT)
		return err_usage(e, "more than %d of them", NET_BOOT);
	b->conf[b->n++] = c;
	return 0;
}

// In this order: what comes later speaks about what came before. A VLAN may lie on a bond.
static const struct parameter {
	const char *name;
	int (*read)(struct net_boot *b, const char *value, struct err *e);
} parameters[] = {
	{ "ip", add_ip },      { "nameserver", read_nameserver }, { "vlan", read_vlan },
	{ "bond", read_bond }, { "BOOTIF", read_bootif },
};

int net_boot_read(struct net_boot *b, const char *cmdline, struct err *e)
{
	*b = (struct net_boot){ 0 };
	for (size_t i = 0; i < sizeof parameters / sizeof *parameters; i++) {
		const struct parameter *p = &parameters[i];
		struct cmdline_word w;

		for (const char *at = cmdline; cmdline_next(&at, &w);) {
			int rc = w.value && !strcmp(w.name, p->name) ? p->read(b, w.value, e) : 0;

			cmdline_free(&w);
			if (rc)
				return err_prefix(e, "kernel parameter %s", p->name);
		}
	}
	return 0;
}
