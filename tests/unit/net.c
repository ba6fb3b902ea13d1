// SPDX-License-Identifier: GPL-2.0-or-later
// What is written about networks by people, boot loaders, DHCP servers and the kernel, and what
// is made of it.
#include "net/check.h"
#include "net/lease.h"
#include "net/link.h"
#include "net/net.h"
#include "test.h"
#include "tree.h"

static const char *cidr(const char *text)
{
	static struct net_text t;
	struct net_addr a;

	t = net_cidr_parse(&a, text) ? net_cidr_show(&a) : (struct net_text){ "-" };
	return t.s;
}

static void addresses(void)
{
	struct net_addr a, b;

	CHECK_STR("CIDR", cidr("10.0.0.5/24"), "10.0.0.5/24");
	CHECK_STR("CIDR: mask", cidr("10.0.0.5/255.255.252.0"), "10.0.0.5/22");
	CHECK_STR("CIDR: IPv6", cidr("fd00::5/64"), "fd00::5/64");
	CHECK_STR("CIDR: IPv6 in brackets", cidr("[fd00::5]/64"), "fd00::5/64");
	CHECK_STR("CIDR: mask with a hole", cidr("10.0.0.5/255.0.255.0"), "-");
	CHECK_STR("CIDR: too long a prefix", cidr("10.0.0.5/33"), "-");
	CHECK_STR("CIDR: no prefix", cidr("10.0.0.5"), "-");
	CHECK_STR("CIDR: zero", cidr("10.0.0.5/0"), "-");
	CHECK_STR("CIDR: something behind it", cidr("10.0.0.5/24x"), "-");
	CHECK_STR("CIDR: octal and short forms are none", cidr("10.5/24"), "-");
	CHECK("network: same", net_cidr_parse(&a, "10.1.2.3/20") &&
				       net_addr_parse(&b, "10.1.15.9") && net_addr_has(&a, &b));
	CHECK("network: other", net_addr_parse(&b, "10.1.16.1") && !net_addr_has(&a, &b));
	CHECK("network: other family", net_addr_parse(&b, "::1") && !net_addr_has(&a, &b));
	CHECK("no host: multicast", net_addr_parse(&b, "224.0.0.1") && !net_addr_is_host(&b));
	CHECK("no host: IPv6 loopback", net_addr_parse(&b, "::1") && !net_addr_is_host(&b));
	CHECK("card: name", net_link_ok("eth0.12") && !net_link_ok("..") && !net_link_ok("") &&
				    !net_link_ok("a/b") && !net_link_ok("-x") &&
				    !net_link_ok("sixteen-letters-"));
}

// What a form with these texts leads to, as one line.
static const char *form(const char *card, const char *bond, const char *vlan, const char *address,
			const char *gateway, const char *dns)
{
	const char *const text[NF_COUNT] = { card, bond, vlan, address, gateway, dns };
	static char out[600];
	enum net_field bad;
	struct net_conf c;
	struct err e;

	if (net_conf_read(&c, text, &bad, &e))
		snprintf(out, sizeof out, "%d %s", bad, e.text);
	else
		snprintf(out, sizeof out, "%u %s %s %u %s %s %u", c.n_ports,
			 c.n_ports ? c.ports[0] : "-", net_bond_name(c.bond), c.vlan,
			 c.dhcp ? "dhcp" : net_cidr_show(&c.address).s, net_addr_show(&c.gateway).s,
			 c.n_dns);
	return out;
}

static void forms(void)
{
	CHECK_STR(
		"form: all of it",
		form("eth0, eth1", "802.3ad", "12", "10.0.0.5/24", "10.0.0.1", "10.0.0.1 1.1.1.1"),
		"2 eth0 802.3ad 12 10.0.0.5/24 10.0.0.1 2");
	CHECK_STR("form: the least", form("", "", "", "dhcp", "", NULL),
		  "0 - active-backup 0 dhcp  0");
	CHECK_STR("form: no address", form("", "", "", "", "", ""),
		  "3 Address: an address is needed, like 192.168.1.10/24, or dhcp");
	CHECK_STR("form: how large", form("", "", "", "10.0.0.5", "", ""),
		  "3 Address: 10.0.0.5: how large is the network? Like 10.0.0.5/24");
	CHECK_STR("form: gateway outside", form("", "", "", "10.0.0.5/24", "10.0.1.1", ""),
		  "4 Gateway: 10.0.1.1: does not lie in the network 10.0.0.5/24");
	CHECK_STR("form: gateway outside a network of one",
		  form("", "", "", "10.0.0.5/32", "10.9.9.9", ""),
		  "0 - active-backup 0 10.0.0.5/32 10.9.9.9 0");
	CHECK_STR("form: bond of one", form("eth0", "802.3ad", "", "dhcp", "", ""),
		  "1 Bond: a bond needs two cards: eth0,eth1");
	CHECK_STR("form: card twice", form("eth0,eth0", "", "", "dhcp", "", ""),
		  "0 Card: eth0: named twice");
	CHECK_STR("form: VLAN", form("", "", "0", "dhcp", "", ""),
		  "2 VLAN: 0: a VLAN has a number from 1 to 4094");
	CHECK_STR("form: name servers",
		  form("", "", "", "dhcp", "", "1.1.1.1,2.2.2.2,3.3.3.3,4.4.4.4"),
		  "5 Name servers: at most 3 name servers can be asked");
}

// The same of a kernel command line; several with " | " between.
static const char *boot(const char *cmdline)
{
	static char out[800];
	struct net_boot b;
	struct err e;
	size_t n = 0;

	if (net_boot_read(&b, cmdline, &e)) {
		snprintf(out, sizeof out, "%s", e.text);
		return out;
	}
	out[0] = 0;
	for (unsigned i = 0; i < b.n; i++) {
		const struct net_conf *c = &b.conf[i];

		n += (size_t)snprintf(out + n, sizeof out - n, "%s%s%s %u%s %s %s %u",
				      n ? " | " : "", c->n_ports ? c->ports[0] : "-",
				      c->n_ports > 1 ? "+" : "", c->vlan, c->mac,
				      c->dhcp ? "dhcp" : net_cidr_show(&c->address).s,
				      net_addr_show(&c->gateway).s, c->n_dns);
	}
	return out;
}

static void boots(void)
{
	CHECK_STR("boot: nothing", boot("quiet console=ttyS0 zip=dhcp ip=off ip="), "");
	CHECK_STR("boot: dhcp", boot("quiet ip=dhcp"), "- 0 dhcp  0");
	CHECK_STR("boot: dhcp on one", boot("ip=eth1:dhcp"), "eth1 0 dhcp  0");
	CHECK_STR("boot: the kernel's form",
		  boot("ip=10.0.0.5::10.0.0.1:255.255.255.0:web:eth0:off:10.0.0.2:10.0.0.3"),
		  "eth0 0 10.0.0.5/24 10.0.0.1 2");
	CHECK_STR("boot: pxelinux's form",
		  boot("BOOTIF=01-52-54-00-12-34-5A ip=10.0.0.5:10.0.0.2:10.0.0.1:255.255.255.0"),
		  "- 052:54:00:12:34:5a 10.0.0.5/24 10.0.0.1 0");
	CHECK_STR("boot: IPv6", boot("ip=[fd00::5]::[fd00::1]:64::eth0:off nameserver=fd00::2"),
		  "eth0 0 fd00::5/64 fd00::1 1");
	CHECK_STR("boot: card by its address", boot("ip=52-54-00-12-34-56:dhcp"),
		  "- 052:54:00:12:34:56 dhcp  0");
	CHECK_STR("boot: VLAN on a bond",
		  boot("bond=bond0:eth0,eth1:mode=802.3ad,miimon=100 vlan=bond0.12:bond0 "
		       "ip=bond0.12:dhcp"),
		  "eth0+ 12 dhcp  0");
	CHECK_STR("boot: two", boot("ip=eth0:dhcp ip=10.0.0.5:::24::eth1:none"),
		  "eth0 0 dhcp  0 | eth1 0 10.0.0.5/24  0");
	CHECK_STR("boot: quoted", boot("x=\"a ip=dhcp\""), "");
	CHECK_STR("boot: no mask", boot("ip=10.0.0.5::10.0.0.1"),
		  "kernel parameter ip: \"\": no netmask; like 255.255.255.0");
	CHECK_STR("boot: VLAN without a number", boot("ip=lan:dhcp vlan=lan:eth0"),
		  "kernel parameter vlan: lan: the name must end with a number from 1 to 4094");
	CHECK_STR("boot: unknown", boot("ip=auto6"),
		  "kernel parameter ip: auto6: it is dhcp, or address, gateway and mask as in "
		  "ip=10.0.0.5::10.0.0.1:255.255.255.0::eth0:off");
}

static void leases(void)
{
	static const char *const good[] = { "interface=eth0",
					    "ip=10.0.0.5",
					    "mask=22",
					    "router=0.0.0.0 10.0.0.1 10.0.0.2",
					    "serverid=10.0.0.9",
					    "dns=255.255.255.255 10.0.0.2 x",
					    "domain=example.org",
					    NULL };
	static const char *const evil[] = { "interface=eth0", "ip=127.0.0.1", NULL };
	static const char *const odd[] = { "interface=eth0", "ip=10.0.0.5", "domain=$(reboot)",
					   "router=", NULL };
	static const char *const card[] = { "interface=../x", "ip=10.0.0.5", NULL };
	struct lease l;
	struct err e;

	CHECK("lease", !lease_parse(&l, good, &e));
	CHECK_STR("lease: address", net_cidr_show(&l.address).s, "10.0.0.5/22");
	CHECK_STR("lease: gateway, the first that can be", net_addr_show(&l.gateway).s, "10.0.0.1");
	CHECK_STR("lease: server", net_addr_show(&l.server).s, "10.0.0.9");
	CHECK("lease: name servers", l.n_dns == 1 && l.dns[0].b[3] == 2);
	CHECK_STR("lease: domain", l.domain, "example.org");
	CHECK("lease: an address nobody can have", lease_parse(&l, evil, &e) < 0);
	CHECK_STR("lease: says so", e.text,
		  "the DHCP server gave \"127.0.0.1\", which no machine can have");
	CHECK("lease: what is odd is left out",
	      !lease_parse(&l, odd, &e) && !l.domain[0] && !l.gateway.family);
	CHECK("lease: card", lease_parse(&l, card, &e) < 0);
}

static void texts(void)
{
	static const char routes[] =
		"Iface\tDestination\tGateway "
		"\tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
		"eth1\t00000000\t0100000A\t0003\t0\t0\t103\t00000000\t0\t0\t0\n"
		"eth0\t00000000\t0101000A\t0003\t0\t0\t102\t00000000\t0\t0\t0\n"
		"eth0\t0000000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n";
	struct net_addr a, dns[NET_DNS];
	struct net_state s;
	char link[16], host[254];
	unsigned port;

	CHECK("routes: the nearest", net_route_parse(routes, &a, link) && !strcmp(link, "eth0"));
	CHECK_STR("routes: gateway", net_addr_show(&a).s, "10.0.1.1");
	CHECK("routes: none", !net_route_parse("Iface\n", &a, link));
	net_state_parse(&s,
			"method dhcp\nserver 10.0.0.1\ndns 10.0.0.2\ndns x\nproblem a\x1b[31mb\n");
	CHECK("state", s.dhcp && s.server.family && s.n_dns == 1);
	CHECK_STR("state: fit for a terminal", s.problem, "a?[31mb");
	CHECK_INT("resolv.conf",
		  net_resolv_parse("# x\nsearch a\nnameserver 1.1.1.1 # y\n"
				   "nameserver bad\nnameserver\t::2\n",
				   dns),
		  2);
	CHECK("target: name and port",
	      net_target_parse("web:22", host, sizeof host, &port) && port == 22);
	CHECK("target: IPv6 and port", net_target_parse("[fd00::1]:80", host, sizeof host, &port) &&
					       port == 80 && !strcmp(host, "fd00::1"));
	CHECK("target: IPv6 alone", net_target_parse("fd00::1", host, sizeof host, &port) && !port);
	CHECK("target: none", !net_target_parse("-h", host, sizeof host, &port) &&
				      !net_target_parse("web:0", host, sizeof host, &port) &&
				      !net_target_parse("web:65536", host, sizeof host, &port) &&
				      !net_target_parse("", host, sizeof host, &port) &&
				      !net_target_parse("[]:1", host, sizeof host, &port));
}

static void card(struct tree *t, const char *name, const char *attr, const char *text)
{
	char path[128];

	snprintf(path, sizeof path, "/sys/class/net/%s/%s", name, attr);
	tree_put(t, path, text);
}

static void links(struct tree *t)
{
	struct net_links l;
	struct buf text = { 0 };

	for (unsigned i = 0; i < 2; i++) {
		const char *name = i ? "eth10" : "eth9";

		card(t, name, "type", "1\n");
		card(t, name, "address", "52:54:00:00:00:01\n");
		card(t, name, "flags", i ? "0x1002\n" : "0x1003\n");
		card(t, name, "carrier", "1\n");
		card(t, name, "speed", i ? "-1\n" : "1000\n");
	}
	card(t, "lo", "type", "772\n");
	card(t, "wlan0", "type", "1\n");
	card(t, "wlan0", "wireless/x", "");
	card(t, "bond0", "type", "1\n");
	card(t, "bond0", "bonding/mode", "");
	net_links(&l, t->root);
	CHECK_INT("cards", l.n, 3);
	CHECK("cards: a bond is none", l.l[0].kind == NK_BOND);
	CHECK_STR("cards: in their order", l.l[1].name, "eth9");
	CHECK("cards: off has no carrier", l.l[1].carrier && !l.l[2].carrier && !l.l[2].up);
	net_link_text(&l.l[1], &text);
	CHECK_STR("cards: text", buf_str(&text),
		  "52:54:00:00:00:01  card          1000 Mb/s  cable");
	buf_free(&text);
}

int main(void)
{
	struct tree tree;

	addresses();
	forms();
	boots();
	leases();
	texts();
	if (tree_begin(&tree))
		return 1;
	links(&tree);
	tree_end(&tree);
	TEST_END();
}
