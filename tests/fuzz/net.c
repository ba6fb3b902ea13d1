// SPDX-License-Identifier: GPL-2.0-or-later
// What kernel parameters, DHCP servers, forms and the kernel say about a network. What is taken
// from it is such that it may be used: addresses a machine can have, names without surprises.
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "net/check.h"
#include "net/lease.h"
#include "net/net.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define LINES 24

static void must(bool ok)
{
	if (!ok)
		abort();
}

static void check_conf(const struct net_conf *c)
{
	must(c->n_ports <= NET_PORTS && c->n_dns <= NET_DNS && c->vlan <= 4094);
	must(c->dhcp || (net_addr_is_host(&c->address) && c->address.prefix));
	must(!c->gateway.family || net_addr_is_host(&c->gateway));
	must(!c->vlan_name[0] || net_link_ok(c->vlan_name));
	must(!c->name[0] || net_link_ok(c->name));
	for (unsigned i = 0; i < c->n_ports; i++)
		must(net_link_ok(c->ports[i]));
	for (unsigned i = 0; i < c->n_dns; i++)
		must(net_addr_is_host(&c->dns[i]));
}

static void boot(const char *text)
{
	struct net_boot b;
	struct err e;

	if (net_boot_read(&b, text, &e))
		return;
	must(b.n <= NET_BOOT);
	for (unsigned i = 0; i < b.n; i++)
		check_conf(&b.conf[i]);
}

static void form(const char *const *lines)
{
	const char *text[NF_COUNT] = { 0 };
	enum net_field bad;
	struct net_conf c;
	struct err e;

	for (unsigned i = 0; i < NF_COUNT && lines[i]; i++)
		text[i] = lines[i];
	if (!net_conf_read(&c, text, &bad, &e))
		check_conf(&c);
	else
		must(bad < NF_COUNT && strlen(e.text) < sizeof e.text);
}

static void lease(const char *const *lines)
{
	struct lease l;
	struct err e;

	if (lease_parse(&l, lines, &e))
		return;
	must(net_link_ok(l.link) && net_addr_is_host(&l.address) && l.address.prefix);
	must(!l.gateway.family || net_addr_is_host(&l.gateway));
	must(!l.domain[0] || net_name_ok(l.domain));
}

static void texts(const char *text)
{
	struct net_addr a, dns[NET_DNS];
	struct net_state s;
	char link[16], host[64];
	unsigned port;

	must(net_resolv_parse(text, dns) <= NET_DNS);
	net_state_parse(&s, text);
	must(s.n_dns <= NET_DNS && (!s.domain[0] || net_name_ok(s.domain)));
	if (net_route_parse(text, &a, link))
		must(net_link_ok(link) && a.family == AF_INET);
	if (net_target_parse(text, host, sizeof host, &port))
		must(port <= 65535 && (net_addr_parse(&a, host) || net_name_ok(host)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	const char *lines[LINES + 1] = { 0 };
	char *text = mem_alloc(len + 1), *p = text;

	memcpy(text, data, len);
	text[len] = 0;
	boot(text);
	texts(text);
	for (unsigned i = 0; p && i < LINES; i++)
		lines[i] = strsep(&p, "\n");
	form(lines);
	lease(lines);
	free(text);
	return 0;
}
