// SPDX-License-Identifier: GPL-2.0-or-later
#include "inspect/nics.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "inspect/look.h"

#define FILES 64 // in one folder

// A name the kernel would take, no alias, no VLAN, no pattern.
static bool is_name(const char *name)
{
	size_t n = strlen(name);

	if (!n || n > 15 || !strcmp(name, "lo"))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_", *name))
			return false;
	return true;
}

static bool is_mac(const char *text)
{
	for (unsigned i = 0; i < 17; i++)
		if (i % 3 == 2 ? text[i] != ':' : !isxdigit((unsigned char)text[i]))
			return false;
	return !text[17];
}

static struct s_nic *add(struct nics *n, const char *name, const char *mac)
{
	struct s_nic *x = NULL;

	if (!is_name(name))
		return NULL;
	for (unsigned i = 0; i < n->n; i++)
		if (!strcmp(n->v[i].name, name))
			x = &n->v[i];
	if (!x && n->n < SYSTEM_NICS) {
		x = &n->v[n->n++];
		*x = (struct s_nic){ 0 };
		strcpy(x->name, name);
	}
	if (x && !x->mac[0] && is_mac(mac))
		for (unsigned i = 0; i < 17; i++)
			x->mac[i] = (char)tolower((unsigned char)mac[i]);
	return x;
}

// The value of KEY=VALUE in a line, without blanks and quotes around it; false when it sets
// another.
static bool value_of(const char *line, const char *key, char *out, size_t size)
{
	size_t k = strlen(key), n;

	line += strspn(line, " \t");
	if (strncasecmp(line, key, k))
		return false;
	line += k + strspn(line + k, " \t");
	if (*line != '=')
		return false;
	line += 1 + strspn(line + 1, " \t\"'");
	n = strcspn(line, "\"' \t\r\n");
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), line);
	return true;
}

// Of a file for one card each: two keys, and a section when the name is to be looked for in it
// alone.
static void read_keys(const char *text, const char *section, const char *name_key,
		      const char *mac_key, const char *fallback, struct nics *out)
{
	char name[64] = "", mac[64] = "";
	bool in = !section;

	for (; *text; text += text_line(text)) {
		const char *p = text + strspn(text, " \t");

		if (section && *p == '[')
			in = !strncasecmp(p, section, strlen(section));
		if (in)
			value_of(p, name_key, name, sizeof name);
		if (in || strcmp(name_key, "Name"))
			value_of(p, mac_key, mac, sizeof mac);
	}
	add(out, *name ? name : fallback, mac);
}

// Does a line of interfaces(5) go on with names of cards? Those of a bond or a bridge may stand
// nowhere else.
static bool lists_cards(const char *line)
{
	static const char *const words[] = { "auto",	     "iface",	       "bridge_ports",
					     "bridge-ports", "bond-slaves",    "bond_slaves",
					     "slaves",	     "vlan-raw-device" };
	size_t n = strcspn(line, " \t\r\n");

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (n == strlen(words[i]) && !strncmp(line, words[i], n))
			return true;
	return !strncmp(line, "allow-", 6);
}

// "auto eth0 eth1", "iface eth0 inet static", "bond-slaves eth0 eth1"; "none" is no card.
static void read_interfaces(const char *text, struct nics *out)
{
	for (; *text; text += text_line(text)) {
		const char *p = text + strspn(text, " \t");
		bool iface = !strncmp(p, "iface", 5);
		char name[64];

		if (!lists_cards(p))
			continue;
		for (p += strcspn(p, " \t\n"); *p && *p != '\n';) {
			size_t n;

			p += strspn(p, " \t\r");
			n = strcspn(p, " \t\r\n");
			snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), p);
			if (strcmp(name, "none") && strcmp(name, "all"))
				add(out, name, "");
			p += n;
			if (iface)
				break;
		}
	}
}

// One of NetworkManager's. A bridge is given an address by the same key; what is no Ethernet is no
// card.
static void read_keyfile(const char *text, struct nics *out)
{
	char name[64] = "", mac[64] = "", type[64] = "";
	bool wired = false;

	for (; *text; text += text_line(text)) {
		const char *p = text + strspn(text, " \t");

		if (*p == '[')
			wired = !strncasecmp(p, "[ethernet]", 10) ||
				!strncasecmp(p, "[802-3-ethernet]", 16);
		value_of(p, "interface-name", name, sizeof name);
		value_of(p, "type", type, sizeof type);
		if (wired)
			value_of(p, "mac-address", mac, sizeof mac);
	}
	if (!*type || !strcmp(type, "ethernet") || !strcmp(type, "802-3-ethernet"))
		add(out, name, mac);
}

// YAML's {a: ..., "b": {...}}: the keys of the outer braces. It may go over several lines.
static void read_flow(const char *p, struct nics *out)
{
	unsigned depth = 0;
	bool key = false;
	char name[64];

	for (; *p; p++) {
		size_t n = strcspn(p, "\"':,{}[] \t\r\n");

		if (strchr("{[", *p)) {
			key = ++depth == 1;
		} else if (strchr("}]", *p)) {
			if (!--depth)
				return;
		} else if (*p == ',') {
			key = depth == 1;
		} else if (*p == '#' && strchr(" \t\n", p[-1])) {
			p += strcspn(p, "\n") - 1;
		} else if (n) {
			snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), p);
			if (key)
				add(out, name, "");
			key = false;
			p += n - 1;
		}
	}
}

// Where those of ethernets begin in this line; NULL: not in it.
static const char *braces(const char *line)
{
	const char *end = line + strcspn(line, "#\n"), *at = strstr(line, "ethernets:");

	if (!at || at >= end)
		return NULL;
	at += 10 + strspn(at + 10, " \t");
	return *at == '{' ? at : NULL;
}

// The keys one level below "ethernets:".
static void read_netplan(const char *text, struct nics *out)
{
	size_t top = 0, below = 0;
	bool in = false;

	for (; *text; text += text_line(text)) {
		size_t indent = strspn(text, " "), n;
		const char *p = text + indent;
		char name[64];

		if (!*p || strchr("#\r\n", *p))
			continue;
		if (in && indent <= top)
			in = false;
		if (!in) {
			in = !strncmp(p, "ethernets:", 10);
			if (braces(p)) {
				read_flow(braces(p), out);
				in = false;
			}
			top = indent;
			below = 0;
			continue;
		}
		if (!below)
			below = indent;
		if (indent != below)
			continue;
		p += strspn(p, "\"'");
		n = strcspn(p, "\"':\r\n");
		snprintf(name, sizeof name, "%.*s", (int)(n < 63 ? n : 63), p);
		add(out, name, "");
	}
}

// ATTR{address}=="52:54:00:12:34:56", ..., NAME="eth0"
static void read_rules(const char *text, struct nics *out)
{
	for (; *text; text += text_line(text)) {
		size_t n = text_line(text);
		char *line STR_AUTO = mem_printf("%.*s", (int)n, text);
		const char *mac = strstr(line, "{address}==\""), *name = strstr(line, "NAME=\"");
		char a[18] = "", b[17] = "";
		struct s_nic *x;

		if (line[strspn(line, " \t")] == '#' || !mac || !name ||
		    sscanf(mac + 12, "%17[^\"]\"", a) != 1 ||
		    sscanf(name + 6, "%16[^\"]\"", b) != 1)
			continue;
		x = add(out, b, a);
		if (x)
			x->rule = true;
	}
}

void nics_read(enum nics_kind kind, const char *file, const char *text, struct nics *n)
{
	const char *dash = strchr(file, '-');

	switch (kind) {
	case NICS_IFCFG: read_keys(text, NULL, "DEVICE", "HWADDR", dash ? dash + 1 : "", n); break;
	case NICS_INTERFACES: read_interfaces(text, n); break;
	case NICS_NETPLAN: read_netplan(text, n); break;
	case NICS_NETWORKD: read_keys(text, "[Match]", "Name", "MACAddress", "", n); break;
	case NICS_KEYFILE: read_keyfile(text, n); break;
	case NICS_RULES: read_rules(text, n); break;
	}
}

// A line; in braces both may stand in one.
static bool netplan_by_address(const char *line, bool *match)
{
	char *text STR_AUTO = mem_printf("%.*s", (int)strcspn(line, "#\n"), line);
	const char *begins = strstr(text, "match:");

	if (*match && !strncmp(text, "macaddress:", 11))
		return true;
	*match |= begins != NULL;
	return begins && strstr(begins, "macaddress:");
}

bool nics_by_address(enum nics_kind kind, const char *text)
{
	bool match = false;
	char mac[64];

	for (; *text; text += text_line(text)) {
		const char *p = text + strspn(text, " \t-");

		if (kind == NICS_NETPLAN && netplan_by_address(p, &match))
			return true;
		if (kind == NICS_NETWORKD && *p == '[')
			match = !strncasecmp(p, "[Match]", 7);
		if (kind == NICS_NETWORKD && match &&
		    (value_of(p, "MACAddress", mac, sizeof mac) ||
		     value_of(p, "PermanentMACAddress", mac, sizeof mac)))
			return true;
	}
	return false;
}

// --- the files

static const struct place {
	const char *folder, *prefix, *suffix;
	enum nics_kind kind;
} places[] = {
	{ "/etc/sysconfig/network-scripts", "ifcfg-", "", NICS_IFCFG },
	{ "/etc/sysconfig/network", "ifcfg-", "", NICS_IFCFG },
	{ "/etc/network", "interfaces", "interfaces", NICS_INTERFACES },
	{ "/etc/network/interfaces.d", "", "", NICS_INTERFACES },
	{ "/etc/netplan", "", ".yaml", NICS_NETPLAN },
	{ "/etc/systemd/network", "", ".network", NICS_NETWORKD },
	{ "/etc/NetworkManager/system-connections", "", "", NICS_KEYFILE },
	{ "/etc/udev/rules.d", "70-persistent-net", ".rules", NICS_RULES },
};

struct taken {
	const struct place *p;
	struct fs *root;
	struct s_system *sys;
	struct nics *out;
	unsigned files;
};

static int take(void *arg, const char *name, unsigned type)
{
	struct taken *t = arg;
	size_t n = strlen(name), suffix = strlen(t->p->suffix);

	(void)type;
	if (name[0] == '.' || strchr(name, '~') ||
	    strncmp(name, t->p->prefix, strlen(t->p->prefix)) || n < suffix ||
	    strcmp(name + n - suffix, t->p->suffix))
		return 0;
	char *path STR_AUTO = mem_printf("%s/%s", t->p->folder, name);
	struct buf text BUF_AUTO = look_file(t->root, path, 65536);

	nics_read(t->p->kind, name, buf_str(&text), t->out);
	if (!*t->sys->by_address && nics_by_address(t->p->kind, buf_str(&text)))
		text_clean(t->sys->by_address, sizeof t->sys->by_address, path, strlen(path));
	return ++t->files == FILES;
}

void look_nics(struct s_system *sys, struct fs *root)
{
	static const char *const policies[] = { "/lib/systemd/network/99-default.link",
						"/usr/lib/systemd/network/99-default.link" };
	struct nics all = { 0 };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		struct taken t = { .p = &places[i], .root = root, .sys = sys, .out = &all };

		fs_list(root, places[i].folder, take, &t, NULL);
	}
	memcpy(sys->nics, all.v, sizeof all.v);
	sys->n_nics = all.n;
	for (size_t i = 0; i < sizeof policies / sizeof *policies; i++)
		sys->links |= look_exists(root, policies[i]);
}

// --- which card is which

// enp2s0, ens192, eno1, enx..., and biosdevname's em1, p2p1.
static bool by_place(const char *name)
{
	unsigned a, b;
	int n = 0;

	if (!strncmp(name, "en", 2) && name[2] && strchr("opsxPXv", name[2]) && name[3])
		return true;
	return (sscanf(name, "em%u%n", &a, &n) == 1 && !name[n]) ||
	       (sscanf(name, "p%up%u%n", &a, &b, &n) == 2 && !name[n]);
}

static bool would_be(const struct s_card *c, const char *name)
{
	for (unsigned i = 0; i < c->n_names; i++)
		if (!strcmp(c->names[i], name))
			return true;
	return false;
}

static bool given(const struct s_nic *v, unsigned n, const char *mac)
{
	for (unsigned i = 0; i < n; i++)
		if (!strcmp(v[i].mac, mac))
			return true;
	return false;
}

unsigned nics_by_place(const struct s_system *sys, const struct s_machine *m, struct s_nic *pinned)
{
	unsigned n = 0, unknown = 0, last = 0, free_cards = 0, card = 0;
	unsigned n_cards = m ? m->n_cards : 0;

	for (unsigned i = 0; i < sys->n_nics; i++) {
		// eth0 by a rule would be another without it
		if (!by_place(sys->nics[i].name) && !sys->nics[i].rule)
			continue;
		pinned[n] = sys->nics[i];
		for (unsigned k = 0; k < n_cards && !pinned[n].mac[0]; k++)
			if (would_be(&m->cards[k], pinned[n].name))
				strcpy(pinned[n].mac, m->cards[k].mac);
		n++;
	}
	for (unsigned i = 0; i < n; i++)
		if (!pinned[i].mac[0]) {
			unknown++;
			last = i;
		}
	for (unsigned k = 0; k < n_cards; k++)
		if (!given(pinned, n, m->cards[k].mac)) {
			free_cards++;
			card = k;
		}
	// one name and one card are left: they belong together
	if (unknown == 1 && free_cards == 1)
		strcpy(pinned[last].mac, m->cards[card].mac);
	return n;
}

bool nics_single(const struct s_system *sys, const struct s_machine *m)
{
	return sys->n_nics == 1 && (!m || m->n_cards == 1);
}
