// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/net.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/ui.h"
#include "net/ip.h"

#define CARRIER_MS 6000 // negotiating a speed takes up to four seconds
#define SETTLE_MS 1000	// for the cables that come a little later
#define TICK_MS 100

static bool is_free(const struct net_link *l)
{
	struct net_state s;

	return !l->in_bond && !(net_state_get(&s, l->name) && !s.dhcp);
}

// Bonds that were not made by us are empty ones of the kernel's.
static unsigned cards(char names[NET_LINKS][16])
{
	struct net_links links;
	unsigned n = 0;

	net_links(&links, "");
	for (unsigned i = 0; i < links.n; i++)
		if (links.l[i].kind == NK_CARD && is_free(&links.l[i]))
			str_copy(names[n++], 16, links.l[i].name);
	return n;
}

int net_dhcp(unsigned wait_s, struct ui *ui, struct err *e)
{
	int held FD_AUTO = net_lock(e);
	char names[NET_LINKS][16];

	return held < 0 ? -1 : net_dhcp_ask(names, cards(names), wait_s, ui, e);
}

static unsigned with_carrier(void)
{
	struct net_links links;
	unsigned n = 0;

	net_links(&links, "");
	for (unsigned i = 0; i < links.n; i++)
		n += links.l[i].carrier;
	return n;
}

static int look(struct ui *ui, struct err *e)
{
	char names[NET_LINKS][16];
	unsigned n = cards(names), ms, first = 0;

	for (unsigned i = 0; i < n; i++)
		if (net_ip_up(names[i], ui, e))
			return -1;
	for (ms = 0; ms < CARRIER_MS && (!first || ms - first < SETTLE_MS); ms += TICK_MS) {
		unsigned carriers = with_carrier();

		if (carriers >= n)
			break;
		if (carriers && !first)
			first = ms ? ms : 1;
		if (ui_cancelled(ui))
			return err_stopped(e);
		usleep(TICK_MS * 1000);
	}
	return 0;
}

int net_look(struct ui *ui, struct err *e)
{
	int held FD_AUTO = net_lock(e);

	return held < 0 ? -1 : look(ui, e);
}

static int by_mac(struct net_conf *c, const struct net_links *links, struct err *e)
{
	for (unsigned i = 0; i < links->n; i++)
		if (links->l[i].kind == NK_CARD && !strcmp(links->l[i].mac, c->mac)) {
			str_copy(c->ports[0], sizeof c->ports[0], links->l[i].name);
			c->n_ports = 1;
			return 0;
		}
	return err_set(e, 0, "%s: no network card has this address", c->mac);
}

// The card that was not named: the first with a cable, or the only one.
static int any_card(struct net_conf *c, struct ui *ui, struct err *e)
{
	struct net_links links;
	const struct net_link *only = NULL;
	unsigned n = 0;

	if (look(ui, e))
		return -1;
	net_links(&links, "");
	for (unsigned i = 0; i < links.n; i++) {
		const struct net_link *l = &links.l[i];

		if (l->kind != NK_CARD)
			continue;
		n++;
		if (!only || (l->carrier && !only->carrier))
			only = l;
	}
	if (!only)
		return err_set(e, 0,
			       "network: this machine has no network card that is known here");
	if (n > 1 && !only->carrier)
		return err_set(e, 0, "network: no card has a cable; plug one in, or name the card");
	str_copy(c->ports[0], sizeof c->ports[0], only->name);
	c->n_ports = 1;
	return 0;
}

static int check_ports(const struct net_conf *c, struct err *e)
{
	struct net_links links;

	net_links(&links, "");
	for (unsigned i = 0; i < c->n_ports; i++) {
		const struct net_link *l = net_link_find(&links, c->ports[i]);
		struct buf have BUF_AUTO = { 0 };

		if (l && (l->kind == NK_CARD || c->n_ports == 1))
			continue;
		for (unsigned k = 0; k < links.n; k++)
			if (links.l[k].kind == NK_CARD)
				buf_printf(&have, "%s%s", have.len ? ", " : "", links.l[k].name);
		return err_set(e, 0, "%s: there is no such network card; there %s", c->ports[i],
			       have.len ? have.s : "is none at all");
	}
	return 0;
}

static int set_static(const struct net_conf *c, const char *link, struct ui *ui, struct err *e)
{
	struct net_state s = { .n_dns = c->n_dns };

	memcpy(s.dns, c->dns, sizeof s.dns);
	if (net_ip_address(link, &c->address, &c->gateway, ui, e))
		return -1;
	return net_state_put(&s, link, e);
}

// Waits until what has just been switched on has a carrier; one that has none may still get it.
static void await_carrier(const char *link, struct ui *ui)
{
	for (unsigned ms = 0; ms < CARRIER_MS; ms += TICK_MS) {
		struct net_links links;
		const struct net_link *l;

		net_links(&links, "");
		l = net_link_find(&links, link);
		if (!l || l->carrier || ui_cancelled(ui))
			return;
		usleep(TICK_MS * 1000);
	}
	ui_say(ui, UI_WARN, "%s: no cable, or the port at the other end is off", link);
}

static int set(const struct net_conf *conf, unsigned wait_s, struct ui *ui, struct err *e)
{
	struct net_conf c = *conf;
	struct net_links links;
	char link[1][16];

	net_links(&links, "");
	if (!c.n_ports && (c.mac[0] ? by_mac(&c, &links, e) : any_card(&c, ui, e)))
		return -1;
	if (check_ports(&c, e))
		return -1;
	// what it had before does not come back by a client that is still there
	for (unsigned i = 0; i < c.n_ports; i++)
		net_dhcp_end(c.ports[i]);
	if (net_ip_compose(&c, link[0], ui, e))
		return -1;
	net_dhcp_end(link[0]);
	if (c.dhcp)
		return net_state_put(NULL, link[0], e) || net_dhcp_ask(link, 1, wait_s, ui, e);
	if (set_static(&c, link[0], ui, e))
		return -1;
	await_carrier(link[0], ui);
	return ui_cancelled(ui) ? err_stopped(e) : 0;
}

int net_set(const struct net_conf *c, unsigned wait_s, struct ui *ui, struct err *e)
{
	int held FD_AUTO = net_lock(e);

	return held < 0 ? -1 : set(c, wait_s, ui, e);
}

static int boot(const struct net_boot *b, struct ui *ui, struct err *e)
{
	for (unsigned i = 0; i < b->n; i++) {
		const struct net_conf *c = &b->conf[i];
		char names[NET_LINKS][16];

		if (c->dhcp && !c->n_ports && !c->mac[0]
			    ? net_dhcp_ask(names, cards(names), NET_WAIT_S, ui, e)
			    : set(c, NET_WAIT_S, ui, e))
			return -1;
	}
	return 0;
}

int net_boot(const char *cmdline, bool *asked, struct ui *ui, struct err *e)
{
	struct net_boot b;
	int held FD_AUTO = -1;

	*asked = false;
	if (net_boot_read(&b, cmdline, e))
		return -1;
	*asked = b.n > 0;
	if (!b.n)
		return 0;
	held = net_lock(e);
	return held < 0 ? -1 : boot(&b, ui, e);
}

bool net_works(void)
{
	struct net_links links;

	net_links(&links, "");
	return net_link_working(&links);
}

int net_up(struct ui *ui, struct err *e)
{
	int held FD_AUTO = -1, fd FD_AUTO = -1;
	char cmdline[4096] = "", names[NET_LINKS][16];
	struct net_boot b;

	if (net_works())
		return 0;
	held = net_lock(e); // the start's own may be under way
	if (held < 0)
		return -1;
	if (net_works())
		return 0;
	fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, cmdline, sizeof cmdline - 1) < 0)
		cmdline[0] = 0;
	if (net_boot_read(&b, cmdline, e))
		return -1;
	return b.n ? boot(&b, ui, e) : net_dhcp_ask(names, cards(names), NET_WAIT_S, ui, e);
}

int net_down(struct ui *ui, struct err *e)
{
	int held FD_AUTO = net_lock(e), rc = 0;
	struct net_links links;

	if (held < 0)
		return -1;
	net_links(&links, "");
	for (unsigned i = 0; i < links.n; i++) {
		const char *name = links.l[i].name;

		net_dhcp_end(name);
		rc |= net_ip_flush(name, ui, e) | net_ip_down(name, ui, e) |
		      net_state_put(NULL, name, e);
	}
	return net_ip_decompose(ui, e) || rc ? -1 : 0;
}

void net_line(struct buf *out)
{
	struct net_addr gateway = net_gateway(NULL), dns[NET_DNS];
	unsigned n_dns = net_resolv_get(dns);
	struct net_links links;
	const struct net_link *l;
	struct net_state s;

	net_links(&links, "");
	l = net_link_working(&links);
	if (!l)
		return;
	buf_printf(out, "%s on %s%s", net_cidr_show(&l->addr[0]).s, l->name,
		   net_state_get(&s, l->name) && s.dhcp ? " by DHCP" : "");
	if (gateway.family)
		buf_printf(out, ", gateway %s", net_addr_show(&gateway).s);
	if (n_dns)
		buf_printf(out, ", name server %s", net_addr_show(&dns[0]).s);
}
