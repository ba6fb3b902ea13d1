// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/lease.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/text.h"
#include "net/ip.h"

static const char *get(const char *const *env, const char *name)
{
	size_t n = strlen(name);

	for (; *env; env++)
		if (!strncmp(*env, name, n) && (*env)[n] == '=')
			return *env + n + 1;
	return "";
}

// The usable addresses of a list with blanks between; how many, at most max.
static unsigned addresses(const char *list, struct net_addr *out, unsigned max)
{
	unsigned n = 0;

	while (n < max) {
		char word[64];
		size_t len;

		list += strspn(list, " ");
		len = strcspn(list, " ");
		if (!len)
			break;
		snprintf(word, sizeof word, "%.*s", (int)(len < sizeof word ? len : 0), list);
		if (net_addr_parse(&out[n], word) && out[n].family == AF_INET &&
		    net_addr_is_host(&out[n]))
			n++;
		list += len;
	}
	return n;
}

int lease_parse(struct lease *l, const char *const *env, struct err *e)
{
	const char *link = get(env, "interface"), *ip = get(env, "ip"), *domain;
	struct net_addr gateway;
	char shown[64];

	*l = (struct lease){ 0 };
	if (!net_link_ok(link))
		return err_set(e, 0, "DHCP: no name of a card");
	str_copy(l->link, sizeof l->link, link);
	text_clean(shown, sizeof shown, ip, strlen(ip));
	if (!net_addr_parse(&l->address, ip) || l->address.family != AF_INET ||
	    !net_addr_is_host(&l->address))
		return err_set(e, 0, "the DHCP server gave \"%s\", which no machine can have",
			       shown);
	l->address.prefix = net_prefix_parse(get(env, "mask"), AF_INET);
	if (!l->address.prefix)
		l->address.prefix = net_prefix_parse(get(env, "subnet"), AF_INET);
	if (!l->address.prefix)
		l->address.prefix = 24; // as most are; without it nothing would work at all
	if (addresses(get(env, "router"), &gateway, 1))
		l->gateway = gateway;
	if (!addresses(get(env, "serverid"), &l->server, 1))
		l->server = (struct net_addr){ 0 };
	l->n_dns = addresses(get(env, "dns"), l->dns, NET_DNS);
	domain = get(env, "domain");
	if (net_name_ok(domain) && strcmp(domain, "bad")) // so udhcpc calls what is none
		str_copy(l->domain, sizeof l->domain, domain);
	return 0;
}

static int take(const struct lease *l, struct err *e)
{
	struct net_state s = { .dhcp = true, .server = l->server, .n_dns = l->n_dns };

	memcpy(s.dns, l->dns, sizeof s.dns);
	str_copy(s.domain, sizeof s.domain, l->domain);
	if (net_ip_address(l->link, &l->address, &l->gateway, NULL, e))
		return -1;
	return net_state_put(&s, l->link, e);
}

static void tell_problem(const char *link, const char *text)
{
	struct net_state s = { .dhcp = true };
	struct err e;

	text_clean(s.problem, sizeof s.problem, text, strlen(text));
	log_line("%s: %s", link, s.problem);
	if (net_state_put(&s, link, &e))
		log_line("%s", e.text);
}

int lease_main(const char *event)
{
	const char *const *env = (const char *const *)environ;
	const char *link = get(env, "interface");
	struct lease l;
	struct err e;

	if (!net_link_ok(link))
		return 1;
	if (!access("/var/log", W_OK) && log_open("/var/log/salvor.log", &e))
		return 1;
	log_line("%s: DHCP: %.20s", link, event);
	if (!strcmp(event, "deconfig"))
		return net_ip_flush(link, NULL, &e) || net_state_put(NULL, link, &e);
	if (!strcmp(event, "nak"))
		tell_problem(link, get(env, "message"));
	if (strcmp(event, "bound") && strcmp(event, "renew"))
		return 0;
	if (!lease_parse(&l, env, &e) && !take(&l, &e))
		return 0;
	tell_problem(link, e.text);
	return 1;
}
