// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/link.h"

#include <dirent.h>
#include <fcntl.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ETHERNET 1 // ARPHRD_ETHER

static void read_attr(const char *root, const char *link, const char *attr, char *text, size_t size)
{
	char path[512];
	int fd FD_AUTO = -1;
	ssize_t n = -1;

	snprintf(path, sizeof path, "%s/sys/class/net/%s/%s", root, link, attr);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		n = read(fd, text, size - 1);
	text[n > 0 ? n : 0] = 0;
	text[strcspn(text, "\n")] = 0;
}

static bool has_attr(const char *root, const char *link, const char *attr)
{
	char path[512];

	snprintf(path, sizeof path, "%s/sys/class/net/%s/%s", root, link, attr);
	return !access(path, F_OK);
}

static void read_driver(const char *root, struct net_link *l)
{
	char path[512], to[256];
	ssize_t n;

	snprintf(path, sizeof path, "%s/sys/class/net/%s/device/driver", root, l->name);
	n = readlink(path, to, sizeof to - 1);
	if (n <= 0)
		return;
	to[n] = 0;
	str_copy(l->driver, sizeof l->driver, strrchr(to, '/') ? strrchr(to, '/') + 1 : to);
}

// False: no card one would reach a server by.
static bool read_link(const char *root, const char *name, struct net_link *l)
{
	char text[64];

	*l = (struct net_link){ 0 };
	read_attr(root, name, "type", text, sizeof text);
	if (!net_link_ok(name) || atoi(text) != ETHERNET || has_attr(root, name, "wireless") ||
	    has_attr(root, name, "bridge") || has_attr(root, name, "tun_flags"))
		return false;
	str_copy(l->name, sizeof l->name, name);
	read_attr(root, name, "uevent", text, sizeof text);
	l->kind = has_attr(root, name, "bonding")      ? NK_BOND
		  : !strncmp(text, "DEVTYPE=vlan", 12) ? NK_VLAN
						       : NK_CARD;
	l->in_bond = has_attr(root, name, "bonding_slave");
	read_attr(root, name, "address", l->mac, sizeof l->mac);
	read_attr(root, name, "flags", text, sizeof text);
	l->up = strtoul(text, NULL, 16) & IFF_UP;
	read_attr(root, name, "carrier", text, sizeof text);
	l->carrier = l->up && text[0] == '1';
	read_attr(root, name, "speed", text, sizeof text);
	l->speed = l->carrier && atoi(text) > 0 ? (unsigned)atoi(text) : 0;
	read_attr(root, name, "ifindex", text, sizeof text);
	l->index = (unsigned)strtoul(text, NULL, 10);
	read_driver(root, l);
	return true;
}

static unsigned mask_prefix(const struct sockaddr *mask, const void *bytes, unsigned n)
{
	const uint8_t *b = bytes;
	unsigned bits = 0;

	if (!mask)
		return n * 8;
	while (bits < n * 8 && (b[bits / 8] & (0x80u >> bits % 8)))
		bits++;
	return bits;
}

static void add_address(struct net_links *in, const struct ifaddrs *i)
{
	struct net_link *l = i->ifa_addr ? net_link_find(in, i->ifa_name) : NULL;
	struct net_addr a = { 0 };

	if (!l || l->n_addr == NET_ADDRS)
		return;
	a.family = i->ifa_addr->sa_family;
	if (a.family == AF_INET) {
		memcpy(a.b, &((const struct sockaddr_in *)i->ifa_addr)->sin_addr, 4);
		a.prefix = mask_prefix(i->ifa_netmask,
				       &((const struct sockaddr_in *)i->ifa_netmask)->sin_addr, 4);
	} else if (a.family == AF_INET6) {
		memcpy(a.b, &((const struct sockaddr_in6 *)i->ifa_addr)->sin6_addr, 16);
		a.prefix =
			mask_prefix(i->ifa_netmask,
				    &((const struct sockaddr_in6 *)i->ifa_netmask)->sin6_addr, 16);
		if (a.b[0] == 0xfe && (a.b[1] & 0xc0) == 0x80)
			return; // link-local
	} else {
		return;
	}
	l->addr[l->n_addr++] = a;
}

static int by_name(const void *a, const void *b)
{
	return strverscmp(((const struct net_link *)a)->name, ((const struct net_link *)b)->name);
}

void net_links(struct net_links *out, const char *root)
{
	char path[512];
	struct ifaddrs *list;
	struct dirent *entry;
	DIR *dir;

	*out = (struct net_links){ 0 };
	snprintf(path, sizeof path, "%s/sys/class/net", root);
	dir = opendir(path);
	while (dir && out->n < NET_LINKS && (entry = readdir(dir)))
		if (read_link(root, entry->d_name, &out->l[out->n]))
			out->n++;
	if (dir)
		closedir(dir);
	qsort(out->l, out->n, sizeof *out->l, by_name);
	if (*root || getifaddrs(&list))
		return;
	for (struct ifaddrs *i = list; i; i = i->ifa_next)
		add_address(out, i);
	freeifaddrs(list);
}

struct net_link *net_link_find(struct net_links *in, const char *name)
{
	for (unsigned i = 0; i < in->n; i++)
		if (!strcmp(in->l[i].name, name))
			return &in->l[i];
	return NULL;
}

const struct net_link *net_link_working(const struct net_links *in)
{
	for (unsigned i = 0; i < in->n; i++)
		if (in->l[i].carrier && in->l[i].n_addr)
			return &in->l[i];
	return NULL;
}

void net_link_text(const struct net_link *l, struct buf *out)
{
	buf_puts(out, l->mac);
	buf_printf(out, "  %-10s",
		   l->kind == NK_BOND	? "bond"
		   : l->kind == NK_VLAN ? "VLAN"
		   : l->driver[0]	? l->driver
					: "card");
	if (l->speed)
		buf_printf(out, "  %6u Mb/s", l->speed);
	else
		buf_printf(out, "  %11s", "");
	if (l->in_bond)
		buf_puts(out, "  in the bond");
	buf_puts(out, !l->up ? "  off" : l->carrier ? "  cable" : "  no cable");
	for (unsigned i = 0; i < l->n_addr; i++)
		buf_printf(out, "  %s", net_cidr_show(&l->addr[i]).s);
}

// Columns: Iface Destination Gateway Flags RefCnt Use Metric Mask ...; numbers as the memory has
// them.
bool net_route_parse(const char *text, struct net_addr *gateway, char link[16])
{
	unsigned best = 0;
	bool found = false;

	for (const char *p = strchr(text, '\n'); p && p[1]; p = strchr(p, '\n')) {
		unsigned to, via, flags, metric, mask;
		char name[17];

		p++;
		if (sscanf(p, "%16s %8x %8x %8x %*u %*u %u %8x", name, &to, &via, &flags, &metric,
			   &mask) != 6 ||
		    to || mask || !via || !net_link_ok(name) || (found && metric >= best))
			continue;
		found = true;
		best = metric;
		*gateway = (struct net_addr){ .family = AF_INET };
		memcpy(gateway->b, &via, 4);
		str_copy(link, 16, name);
	}
	return found;
}

// Of IPv6: destination, its prefix, source, its prefix, next hop, ..., card.
static bool route6(struct net_addr *gateway, char link[16])
{
	FILE *f = fopen("/proc/net/ipv6_route", "re");
	char line[256], via[33], name[17];
	unsigned prefix;
	bool found = false;

	while (f && !found && fgets(line, sizeof line, f)) {
		if (sscanf(line, "%*32s %2x %*32s %*2s %32s %*8s %*8s %*8s %*8s %16s", &prefix, via,
			   name) != 3 ||
		    prefix || strncmp(line, "00000000", 8) || !net_link_ok(name) ||
		    strspn(via, "0") == 32 || !strcmp(name, "lo"))
			continue;
		*gateway = (struct net_addr){ .family = AF_INET6 };
		for (unsigned i = 0; i < 16; i++) {
			unsigned byte;

			if (sscanf(via + 2 * i, "%2x", &byte) == 1)
				gateway->b[i] = (uint8_t)byte;
		}
		str_copy(link, 16, name);
		found = true;
	}
	if (f)
		fclose(f);
	return found;
}

struct net_addr net_gateway(char *link)
{
	struct net_addr gateway = { 0 };
	char text[16384], name[16] = "";
	int fd FD_AUTO = open("/proc/net/route", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? 0 : read(fd, text, sizeof text - 1);

	text[n > 0 ? n : 0] = 0;
	if (!net_route_parse(text, &gateway, name))
		route6(&gateway, name);
	if (link)
		str_copy(link, 16, name);
	return gateway;
}
