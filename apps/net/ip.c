// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/ip.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/run.h"

#define WORDS 20
#define TIMEOUT_S 20
#define BONDS "/sys/class/net/bonding_masters"

// ip WORD... NULL
static int ip(struct ui *ui, struct err *e, ...)
{
	const char *argv[WORDS + 2] = { "ip" };
	unsigned n = 1;
	va_list ap;

	va_start(ap, e);
	while (n <= WORDS && (argv[n] = va_arg(ap, const char *)))
		n++;
	va_end(ap);
	return run_checked(&(struct run){ .argv = argv, .ui = ui, .timeout_s = TIMEOUT_S }, e);
}

static int write_attr(const char *path, const char *text, struct err *e)
{
	int fd FD_AUTO = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		return err_set(e, errno, "%s: write \"%s\"", path, text);
	return 0;
}

int net_ip_up(const char *link, struct ui *ui, struct err *e)
{
	return ip(ui, e, "link", "set", link, "up", NULL);
}

int net_ip_down(const char *link, struct ui *ui, struct err *e)
{
	return ip(ui, e, "link", "set", link, "down", NULL);
}

int net_ip_flush(const char *link, struct ui *ui, struct err *e)
{
	return ip(ui, e, "-4", "addr", "flush", "dev", link, NULL);
}

static bool has_address(const char *link, const struct net_addr *a)
{
	struct net_links links;
	const struct net_link *l;
	unsigned same = 0, of_family = 0;

	net_links(&links, "");
	l = net_link_find(&links, link);
	for (unsigned i = 0; l && i < l->n_addr; i++) {
		of_family += l->addr[i].family == a->family;
		same += l->addr[i].family == a->family && l->addr[i].prefix == a->prefix &&
			!memcmp(l->addr[i].b, a->b, sizeof a->b);
	}
	return same == 1 && of_family == 1;
}

static int set_gateway(const char *link, const struct net_addr *a, const struct net_addr *gateway,
		       struct ui *ui, struct err *e)
{
	const char *family = a->family == AF_INET6 ? "-6" : "-4";
	struct net_text via = net_addr_show(gateway);
	struct net_links links;
	const struct net_link *l;
	char metric[16];

	net_links(&links, "");
	l = net_link_find(&links, link);
	// the card that comes first is asked first
	snprintf(metric, sizeof metric, "%u", 100 + (l ? l->index : 0));
	if (!net_addr_has(a, gateway) &&
	    ip(ui, e, family, "route", "replace", via.s, "dev", link, NULL))
		return -1;
	return ip(ui, e, family, "route", "replace", "default", "via", via.s, "dev", link, "metric",
		  metric, NULL);
}

int net_ip_address(const char *link, const struct net_addr *a, const struct net_addr *gateway,
		   struct ui *ui, struct err *e)
{
	bool v6 = a->family == AF_INET6;
	struct net_text text = net_cidr_show(a);

	if (net_ip_up(link, ui, e))
		return -1;
	if (!has_address(link, a)) {
		// of IPv6 the one that only reaches the neighbours must stay
		if (ip(ui, e, v6 ? "-6" : "-4", "addr", "flush", "dev", link, "scope", "global",
		       NULL))
			return -1;
		if (v6 ? ip(ui, e, "-6", "addr", "add", text.s, "dev", link, NULL)
		       : ip(ui, e, "addr", "add", text.s, "broadcast", "+", "dev", link, NULL))
			return -1;
	}
	return gateway->family ? set_gateway(link, a, gateway, ui, e) : 0;
}

static int bond_attr(const char *bond, const char *attr, const char *value, struct err *e)
{
	char *path STR_AUTO = mem_printf("/sys/class/net/%s/bonding/%s", bond, attr);

	return write_attr(path, value, e);
}

static int remove_bond(const char *bond, struct err *e)
{
	char *less STR_AUTO = mem_printf("-%s", bond);

	return write_attr(BONDS, less, e);
}

// The kernel's module brings an empty bond0 along; whatever there is of this name begins anew.
static int make_bond(const struct net_conf *c, const char *bond, struct ui *ui, struct err *e)
{
	char *more STR_AUTO = mem_printf("+%s", bond);
	struct net_links links;

	net_links(&links, "");
	if (net_link_find(&links, bond) && remove_bond(bond, e))
		return -1;
	if (write_attr(BONDS, more, e) || bond_attr(bond, "mode", net_bond_name(c->bond), e) ||
	    bond_attr(bond, "miimon", "100", e))
		return err_prefix(e, "%s", bond);
	if (c->bond == NB_802_3AD && bond_attr(bond, "lacp_rate", "fast", e))
		return err_prefix(e, "%s", bond);
	for (unsigned i = 0; i < c->n_ports; i++) {
		char *port STR_AUTO = mem_printf("+%s", c->ports[i]);

		if (net_ip_flush(c->ports[i], ui, e) || net_ip_down(c->ports[i], ui, e) ||
		    bond_attr(bond, "slaves", port, e))
			return err_prefix(e, "%s", bond);
	}
	return net_ip_up(bond, ui, e);
}

static int make_vlan(const struct net_conf *c, const char *on, char link[16], struct ui *ui,
		     struct err *e)
{
	struct net_links links;
	char id[8], name[32];

	snprintf(id, sizeof id, "%u", c->vlan);
	snprintf(name, sizeof name, "%s.%s", on, id);
	if (c->vlan_name[0])
		str_copy(name, sizeof name, c->vlan_name);
	if (!net_link_ok(name))
		return err_usage(e, "VLAN: %s: the name is too long", name);
	net_links(&links, "");
	if (net_ip_up(on, ui, e) ||
	    (net_link_find(&links, name) && ip(ui, e, "link", "del", name, NULL)) ||
	    ip(ui, e, "link", "add", "link", on, "name", name, "type", "vlan", "id", id, NULL))
		return -1;
	str_copy(link, 16, name);
	return net_ip_up(name, ui, e);
}

int net_ip_compose(const struct net_conf *c, char link[16], struct ui *ui, struct err *e)
{
	const char *on = c->n_ports > 1 ? c->name[0] ? c->name : "bond0" : c->ports[0];
	char below[16];

	str_copy(below, sizeof below, on);
	if (c->n_ports > 1 && make_bond(c, on, ui, e))
		return -1;
	str_copy(link, 16, below);
	return c->vlan ? make_vlan(c, below, link, ui, e) : net_ip_up(link, ui, e);
}

int net_ip_decompose(struct ui *ui, struct err *e)
{
	struct net_links links;
	int rc = 0;

	net_links(&links, "");
	for (unsigned i = 0; i < links.n; i++)
		if (links.l[i].kind == NK_VLAN)
			rc |= ip(ui, e, "link", "del", links.l[i].name, NULL);
	for (unsigned i = 0; i < links.n; i++)
		if (links.l[i].kind == NK_BOND)
			rc |= remove_bond(links.l[i].name, e);
	return rc ? -1 : 0;
}
