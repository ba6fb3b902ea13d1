// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/check.h"

#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/run.h"
#include "net/net.h"

#define DNS_PORT 53
#define DNS_WAIT_MS 2000
#define SERVER_WAIT_MS 6000

const char *net_step_name(enum net_step s)
{
	static const char *const names[] = { "link", "address", "gateway", "name", "server" };

	return names[s];
}

// Tells how a step ended, and says it again.
static bool tell(struct net_check *c, enum net_step s, bool ok, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
static bool tell(struct net_check *c, enum net_step s, bool ok, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(c->step[s].text, sizeof c->step[s].text, fmt, ap);
	va_end(ap);
	c->step[s].done = true;
	c->step[s].ok = ok;
	return ok;
}

static bool check_link(struct net_check *c, const struct net_links *links)
{
	struct buf cables BUF_AUTO = { 0 }, none BUF_AUTO = { 0 };

	for (unsigned i = 0; i < links->n; i++) {
		const struct net_link *l = &links->l[i];

		if (l->kind != NK_CARD)
			continue;
		if (!l->carrier)
			buf_printf(&none, "%s%s", none.len ? ", " : "", l->name);
		else if (l->speed)
			buf_printf(&cables, "%s%s %u Mb/s", cables.len ? ", " : "", l->name,
				   l->speed);
		else
			buf_printf(&cables, "%s%s", cables.len ? ", " : "", l->name);
	}
	if (cables.len)
		return tell(c, NS_LINK, true, "%s", cables.s);
	return tell(c, NS_LINK, false,
		    none.len ? "%s: no cable, or the port at the other end is off"
			     : "this machine has no network card that is known here",
		    buf_str(&none));
}

static bool check_address(struct net_check *c, const struct net_links *links)
{
	const struct net_link *l = net_link_working(links);
	struct net_state s;

	if (!l)
		return tell(c, NS_ADDRESS, false,
			    "no card with a cable has an address; ask for one (salvor net dhcp) or "
			    "set it (salvor net set)");
	return tell(c, NS_ADDRESS, true, "%s on %s%s", net_cidr_show(&l->addr[0]).s, l->name,
		    net_state_get(&s, l->name) && s.dhcp ? " by DHCP" : "");
}

// Asked below IP: a gateway need not answer a ping, but has to answer this.
static bool check_gateway(struct net_check *c, struct ui *ui)
{
	char link[16];
	struct net_addr gateway = net_gateway(link);
	struct net_text to = net_addr_show(&gateway);
	const char *const arping[] = {
		"arping", "-f", "-c", "2", "-w", "3", "-I", link, to.s, NULL
	};
	const char *const ping[] = { "ping", "-c", "1", "-W", "3", "-I", link, to.s, NULL };
	struct err e = { 0 };
	int status = 0;

	if (!gateway.family)
		return tell(c, NS_GATEWAY, true,
			    "none is set: only the own network can be reached");
	if (run_program(&(struct run){ .argv = gateway.family == AF_INET ? arping : ping,
				       .ui = ui,
				       .timeout_s = 10 },
			&status, &e))
		return tell(c, NS_GATEWAY, false, "%.200s", e.text);
	if (status)
		return tell(
			c, NS_GATEWAY, false,
			"%s does not answer on %s: is it right, is this the right cable or VLAN?",
			to.s, link);
	return tell(c, NS_GATEWAY, true, "%s answers on %s", to.s, link);
}

// Waits for a descriptor; the operator may stop it.
static bool await(int fd, short events, unsigned ms, struct ui *ui)
{
	struct pollfd p = { fd, events, 0 };

	for (unsigned gone = 0; gone < ms && !ui_cancelled(ui); gone += 100)
		if (poll(&p, 1, 100) > 0)
			return true;
	return false;
}

// A question of the smallest kind: which servers does the root have? Whatever comes back is an
// answer.
static bool dns_answers(const struct net_addr *server, struct ui *ui)
{
	struct timespec t;
	uint8_t question[17] = { [2] = 1, [5] = 1, [14] = 2, [16] = 1 }, answer[512];
	struct sockaddr_storage to;
	socklen_t len = net_addr_sock(server, DNS_PORT, &to);
	int fd FD_AUTO = socket(server->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ssize_t n;

	clock_gettime(CLOCK_MONOTONIC, &t);
	question[0] = (uint8_t)(t.tv_nsec >> 8);
	question[1] = (uint8_t)(t.tv_nsec >> 16);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, len) ||
	    send(fd, question, sizeof question, 0) < 0 || !await(fd, POLLIN, DNS_WAIT_MS, ui))
		return false;
	n = recv(fd, answer, sizeof answer, 0);
	return n >= 12 && !memcmp(answer, question, 2) && answer[2] & 0x80;
}

static bool check_name_servers(struct net_check *c, struct ui *ui)
{
	struct buf good BUF_AUTO = { 0 }, bad BUF_AUTO = { 0 };
	struct net_addr dns[NET_DNS];
	unsigned n = net_resolv_get(dns);

	if (!n)
		return tell(c, NS_NAME, true,
			    "no name server is set: servers can only be named by their address");
	for (unsigned i = 0; i < n; i++) {
		struct buf *to = dns_answers(&dns[i], ui) ? &good : &bad;

		buf_printf(to, "%s%s", to->len ? ", " : "", net_addr_show(&dns[i]).s);
	}
	if (good.len)
		return tell(c, NS_NAME, true, "name server %s answers%s%s", good.s,
			    bad.len ? "; no answer from " : "", buf_str(&bad));
	return tell(c, NS_NAME, false, "name server %s does not answer", bad.s);
}

// The addresses behind a name. False: the step tells why there are none.
static bool resolve(struct net_check *c, const char *host, struct addrinfo **found, struct ui *ui)
{
	struct addrinfo want = { .ai_socktype = SOCK_STREAM };
	struct net_addr fixed, dns[NET_DNS];
	int rc;

	if (net_addr_parse(&fixed, host)) {
		want.ai_flags = AI_NUMERICHOST;
	} else if (!net_resolv_get(dns)) {
		return tell(c, NS_NAME, false,
			    "%s: no name server is set: give one, or the server's address", host);
	}
	rc = getaddrinfo(host, NULL, &want, found);
	if (!rc && !want.ai_flags) {
		char text[INET6_ADDRSTRLEN] = "";

		getnameinfo((*found)->ai_addr, (*found)->ai_addrlen, text, sizeof text, NULL, 0,
			    NI_NUMERICHOST);
		return tell(c, NS_NAME, true, "%s is %s", host, text);
	}
	if (!rc)
		return true;
	if (rc == EAI_AGAIN && !check_name_servers(c, ui))
		return false;
	return tell(
		c, NS_NAME, false, "%s: %s", host,
		rc == EAI_NONAME
			? "the name servers know no such name: spelled right, with its domain?"
		: rc == EAI_AGAIN
			? "the name servers do not answer this question: try the server's address"
			: gai_strerror(rc));
}

static const char *why(int num)
{
	switch (num) {
	case ECONNREFUSED: return "nothing listens there (connection refused)";
	case ETIMEDOUT: return "no answer: off, or a firewall is between";
	case EHOSTUNREACH: return "nobody has this address, or the way there is closed";
	case ENETUNREACH: return "no way leads there: is the gateway missing?";
	}
	return strerror(num);
}

// 0, or an errno.
static int reach(const struct addrinfo *a, unsigned port, struct ui *ui)
{
	struct sockaddr_storage to;
	int fd FD_AUTO = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0),
	       num = 0;
	socklen_t len = sizeof num;

	if (fd < 0 || a->ai_addrlen > sizeof to)
		return errno;
	memcpy(&to, a->ai_addr, a->ai_addrlen);
	if (to.ss_family == AF_INET)
		((struct sockaddr_in *)&to)->sin_port = htons((uint16_t)port);
	else
		((struct sockaddr_in6 *)&to)->sin6_port = htons((uint16_t)port);
	if (!connect(fd, (struct sockaddr *)&to, a->ai_addrlen))
		return 0;
	if (errno != EINPROGRESS)
		return errno;
	if (!await(fd, POLLOUT, SERVER_WAIT_MS, ui))
		return ETIMEDOUT;
	return getsockopt(fd, SOL_SOCKET, SO_ERROR, &num, &len) ? errno : num;
}

static void check_port(struct net_check *c, const char *host, unsigned port,
		       const struct addrinfo *found, struct ui *ui)
{
	int num = 0;

	for (const struct addrinfo *a = found; a; a = a->ai_next) {
		num = reach(a, port, ui);
		if (!num || ui_cancelled(ui))
			break;
	}
	if (num)
		tell(c, NS_SERVER, false, "%s port %u: %s", host, port, why(num));
	else
		tell(c, NS_SERVER, true, "%s port %u answers", host, port);
}

static void check_ping(struct net_check *c, const char *host, struct ui *ui)
{
	const char *const argv[] = { "ping", "-c", "2", "-W", "2", host, NULL };
	struct err e = { 0 };
	int status = 0;

	if (run_program(&(struct run){ .argv = argv, .ui = ui, .timeout_s = 10 }, &status, &e))
		tell(c, NS_SERVER, false, "%.200s", e.text);
	else if (status)
		tell(c, NS_SERVER, false,
		     "%s does not answer a ping; some servers never do: name a port", host);
	else
		tell(c, NS_SERVER, true, "%s answers a ping", host);
}

static void run_steps(struct net_check *c, const char *host, unsigned port, struct ui *ui)
{
	struct addrinfo *found = NULL;
	struct net_links links;

	net_links(&links, "");
	if (!check_link(c, &links) || !check_address(c, &links))
		return;
	check_gateway(c, ui); // a server in the own network may be reached without it
	if (!host) {
		if (!ui_cancelled(ui))
			check_name_servers(c, ui);
		return;
	}
	if (ui_cancelled(ui) || !resolve(c, host, &found, ui))
		return;
	if (port)
		check_port(c, host, port, found, ui);
	else
		check_ping(c, host, ui);
	freeaddrinfo(found);
}

void net_check(struct net_check *c, const char *host, unsigned port, struct ui *ui)
{
	*c = (struct net_check){ 0 };
	run_steps(c, host, port, ui);
	c->ok = true;
	for (unsigned i = 0; i < NS_COUNT; i++)
		c->ok &= !c->step[i].done || c->step[i].ok;
}

bool net_target_parse(const char *text, char *host, unsigned host_size, unsigned *port)
{
	const char *colon = strrchr(text, ':'), *end = text + strlen(text);
	struct net_addr a;

	*port = 0;
	// an IPv6 address without brackets is full of colons
	if (colon && !net_addr_parse(&a, text)) {
		size_t digits = strspn(colon + 1, "0123456789");

		if (!digits || digits > 5 || colon[1 + digits])
			return false;
		*port = (unsigned)strtoul(colon + 1, NULL, 10);
		if (!*port || *port > 65535)
			return false;
		end = colon;
	}
	if (text[0] == '[' && end > text + 1 && end[-1] == ']') {
		text++;
		end--;
	}
	if (end == text || (size_t)(end - text) >= host_size)
		return false;
	memcpy(host, text, (size_t)(end - text));
	host[end - text] = 0;
	return net_addr_parse(&a, host) || net_name_ok(host);
}
