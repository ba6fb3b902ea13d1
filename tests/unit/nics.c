// SPDX-License-Identifier: GPL-2.0-or-later
// Names of network cards: those that configurations speak of, those that udev would give, and which
// belong together.
#include "inspect/nics.h"

#include <unistd.h>

#include "inspect/card_names.h"
#include "test.h"
#include "tree.h"

// "enp2s0 eth1/52:54:00:aa:bb:01"
static const char *show(const struct s_nic *v, unsigned n)
{
	static char text[512];
	size_t at = 0;

	*text = 0;
	for (unsigned i = 0; i < n; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, "%s%s%s%s%s", i ? " " : "",
				       v[i].name, v[i].mac[0] ? "/" : "", v[i].mac,
				       v[i].rule ? "!" : "");
	return text;
}

static const struct {
	const char *name, *file, *text, *want;
	enum nics_kind kind;
} files[] = {
	{ "ifcfg", "ifcfg-x", "DEVICE=\"enp2s0\"\nHWADDR=52:54:00:AA:BB:01\n#DEVICE=no\n",
	  "enp2s0/52:54:00:aa:bb:01", NICS_IFCFG },
	{ "ifcfg of SUSE: named after the card", "ifcfg-eth0", "BOOTPROTO='dhcp'\n", "eth0",
	  NICS_IFCFG },
	{ "ifcfg: lo, an alias, a VLAN", "ifcfg-lo", "DEVICE=lo\n", "", NICS_IFCFG },
	{ "ifcfg: a VLAN", "ifcfg-eno1.5", "DEVICE=eno1.5\n", "", NICS_IFCFG },
	{ "interfaces", "interfaces",
	  "auto lo enp3s0\nallow-hotplug ens3 ens3:0\niface enp3s0 inet static\n\taddress 1.2.3.4\n"
	  "iface br0 inet dhcp\n#iface no inet dhcp\nautomatic x\n",
	  "enp3s0 ens3 br0", NICS_INTERFACES },
	{ "interfaces: of a bond, of a bridge", "interfaces",
	  "iface bond0 inet dhcp\n bond-slaves enp5s0 enp6s0\niface br0 inet dhcp\n\tbridge_ports "
	  "eno1\niface br1 inet manual\n bridge-ports none\n bridge_stp off\n",
	  "bond0 enp5s0 enp6s0 br0 eno1 br1", NICS_INTERFACES },
	{ "netplan", "a.yaml",
	  "network:\n  version: 2\n  ethernets:\n    enp2s0:\n      dhcp4: true\n"
	  "    \"eno1\":\n      addresses: [1.2.3.4/24]\n"
	  "  bridges:\n    br0:\n      interfaces: [eno1]\n",
	  "enp2s0 eno1", NICS_NETPLAN },
	{ "netplan, in braces", "a.yaml",
	  "network: {version: 2,  # {no: {}}\n  ethernets: {enp2s0: {dhcp4: true, x: [a, {b: "
	  "c}]}, "
	  "# no: {}\n \"eno1\" : {match: {macaddress: '52:54:00:aa:bb:01'}}},\n"
	  "  bridges: {br0: {}}}\n",
	  "enp2s0 eno1", NICS_NETPLAN },
	{ "netplan, braces in the block", "a.yaml",
	  "network:\n  ethernets: {enp2s0: {dhcp4: true, x: [a, {b: c}]}, # no: {}\n"
	  "    \"eno1\" : {match: {macaddress: '52:54:00:aa:bb:01'}}}\n  bridges: {br0: {}}\n",
	  "enp2s0 eno1", NICS_NETPLAN },
	{ "networkd", "a.network",
	  "[Match]\nName=enp1s0f1\nMACAddress=52:54:00:aa:bb:02\n[Network]\nName=no\nDHCP=yes\n",
	  "enp1s0f1/52:54:00:aa:bb:02", NICS_NETWORKD },
	{ "networkd: a pattern", "a.network", "[Match]\nName=en*\n", "", NICS_NETWORKD },
	{ "keyfile", "lan",
	  "[connection]\ninterface-name=enp9s0\n[ethernet]\nmac-address=52:54:00:AA:BB:03\n",
	  "enp9s0/52:54:00:aa:bb:03", NICS_KEYFILE },
	{ "keyfile of a bridge", "br",
	  "[connection]\ntype=bridge\ninterface-name=br0\n[bridge]\nmac-address=52:54:00:AA:BB:"
	  "03\n",
	  "", NICS_KEYFILE },
	{ "keyfile of its port", "port",
	  "[connection]\ntype=ethernet\ninterface-name=eno1\nmaster=br0\n[bridge-port]\n"
	  "mac-address=52:54:00:AA:BB:03\n",
	  "eno1", NICS_KEYFILE },
	{ "rules", "70-persistent-net.rules",
	  "# a comment, NAME=\"eth9\", ATTR{address}==\"52:54:00:aa:bb:09\"\n"
	  "SUBSYSTEM==\"net\", ATTR{address}==\"52:54:00:aa:bb:04\", KERNEL==\"eth*\", "
	  "NAME=\"eth1\"\n",
	  "eth1/52:54:00:aa:bb:04!", NICS_RULES },
	{ "nonsense", "x", "DEVICE=a/b\nDEVICE=", "", NICS_IFCFG },
};

static void by_address(void)
{
	CHECK("netplan",
	      nics_by_address(NICS_NETPLAN, "  lan0:\n    match:\n      macaddress: 00:16\n"));
	CHECK("netplan, which gives one",
	      !nics_by_address(NICS_NETPLAN, "  enp2s0:\n    macaddress: 00:16\n"));
	CHECK("netplan, in braces",
	      nics_by_address(NICS_NETPLAN, "  lan0: {match: {macaddress: \"00:16\"}}\n"));
	CHECK("netplan, which gives one, in braces",
	      !nics_by_address(NICS_NETPLAN,
			       "  enp2s0: {macaddress: 00:16} # match: macaddress:\n"));
	CHECK("networkd", nics_by_address(NICS_NETWORKD, "[Match]\nMACAddress=00:16\n"));
	CHECK("networkd, which gives one",
	      !nics_by_address(NICS_NETWORKD, "[Match]\nName=x\n[Link]\nMACAddress=00:16\n"));
}

static void configurations(void)
{
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		struct nics n = { 0 };

		nics_read(files[i].kind, files[i].file, files[i].text, &n);
		CHECK_STR(files[i].name, show(n.v, n.n), files[i].want);
	}
}

#define PCI "/sys/devices/pci0000:00"

static const char *names_of(const struct tree *t, const char *device)
{
	static char text[200];
	struct s_card c = { .name = "eth0", .mac = "52:54:00:12:34:56" };
	char *link STR_AUTO = mem_printf("%s/sys/class/net/eth0/device", t->root);
	char *to STR_AUTO = mem_printf("%s%s", t->root, device);

	tree_put(t, "/sys/class/net/eth0/address", c.mac);
	unlink(link);
	if (symlink(to, link))
		return "no link";
	card_names(t->root, &c);
	*text = 0;
	for (unsigned i = 0; i < c.n_names; i++) {
		strcat(text, i ? " " : "");
		strcat(text, c.names[i]);
	}
	return text;
}

static void places(void)
{
	struct tree t;

	CHECK_INT("tree", tree_begin(&t), 0);
	tree_put(&t, PCI "/0000:00:03.0/virtio0/x", "");
	CHECK_STR("a child of its PCI device", names_of(&t, PCI "/0000:00:03.0/virtio0"),
		  "enp0s3 enx525400123456");
	tree_put(&t, "/sys/bus/pci/slots/4/address", "0000:00:1c\n");
	tree_put(&t, "/sys/bus/pci/slots/junk/address", "0000:00:1c\n");
	tree_put(&t, PCI "/0000:00:1c.0/0000:0a:00.1/index", "2\n");
	CHECK_STR("behind a bridge in a slot, second function, on the board",
		  names_of(&t, PCI "/0000:00:1c.0/0000:0a:00.1"),
		  "eno2 em2 enp10s0f1 ens4f1 enx525400123456");
	tree_put(&t, "/sys/class/net/eth0/dev_port", "1\n");
	tree_put(&t, "/sys/devices/pci0001:00/0001:00:02.0/acpi_index", "7");
	CHECK_STR("another domain, second port",
		  names_of(&t, "/sys/devices/pci0001:00/0001:00:02.0"),
		  "eno7 em7 enP1p0s2d1 enx525400123456");
	tree_put(&t, "/sys/devices/usb/x", "");
	CHECK_STR("not of PCI", names_of(&t, "/sys/devices/usb"), "enx525400123456");
	tree_end(&t);
}

static struct s_system sys;
static struct s_machine machine;

static void nic(const char *name, const char *mac, bool rule)
{
	struct s_nic *n = &sys.nics[sys.n_nics++];

	*n = (struct s_nic){ .rule = rule };
	strcpy(n->name, name);
	strcpy(n->mac, mac);
}

static void card(const char *mac, const char *name)
{
	strcpy(machine.cards[machine.n_cards].mac, mac);
	strcpy(machine.cards[machine.n_cards].names[0], name);
	machine.cards[machine.n_cards++].n_names = 1;
}

static const char *together(void)
{
	struct s_nic v[SYSTEM_NICS];
	unsigned n = nics_by_place(&sys, &machine, v);

	sys.n_nics = 0;
	machine.n_cards = 0;
	return show(v, n);
}

static void which(void)
{
	nic("eth0", "", false);
	nic("br0", "", false);
	nic("enforcer", "", false);
	CHECK_STR("names that stay", together(), "");
	nic("eth0", "a", true);
	CHECK_STR("eth0 by a rule", together(), "eth0/a!");
	nic("enp2s0", "", false);
	nic("enp3s0", "", false);
	card("b", "enp3s0");
	card("a", "enp2s0");
	CHECK_STR("by their places", together(), "enp2s0/a enp3s0/b");
	nic("ens192", "", false);
	nic("em1", "c", false);
	card("a", "enp0s3");
	card("c", "enp0s4");
	CHECK_STR("what is left belongs together", together(), "ens192/a em1/c");
	nic("ens192", "", false);
	nic("p2p1", "", false);
	card("a", "enp0s3");
	CHECK_STR("two names, one card: nobody knows", together(), "ens192 p2p1");
}

int main(void)
{
	configurations();
	by_address();
	places();
	which();
	TEST_END();
}
