// SPDX-License-Identifier: GPL-2.0-or-later
// Is there somebody? The kernel's clients wait for minutes and then tell little.
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "share/share.h"

#define WAIT_MS 10000
#define TICK_MS 200

// 0, or errno.
static int try_connect(const struct addrinfo *a, unsigned port, struct ui *ui)
{
	struct sockaddr_storage to = { 0 };
	int fd FD_AUTO = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct pollfd p = { .fd = fd, .events = POLLOUT };
	int num = 0;
	socklen_t len = sizeof num;

	memcpy(&to, a->ai_addr, a->ai_addrlen);
	if (a->ai_family == AF_INET6)
		((struct sockaddr_in6 *)&to)->sin6_port = htons((uint16_t)port);
	else
		((struct sockaddr_in *)&to)->sin_port = htons((uint16_t)port);
	if (fd < 0 || (connect(fd, (struct sockaddr *)&to, a->ai_addrlen) && errno != EINPROGRESS))
		return errno;
	for (unsigned ms = 0; ms < WAIT_MS; ms += TICK_MS) {
		if (ui_cancelled(ui))
			return ECANCELED;
		if (poll(&p, 1, TICK_MS) > 0)
			return getsockopt(fd, SOL_SOCKET, SO_ERROR, &num, &len) ? errno : num;
	}
	return ETIMEDOUT;
}

static const char *cure(int num)
{
	switch (num) {
	case ECONNREFUSED:
		return " (the machine is there, but no such server runs on it, or a firewall "
		       "refuses)";
	case ENETUNREACH:
	case EADDRNOTAVAIL:
		return " (this machine has no address or no route there: set the network up)";
	default: return " (is it switched on, the address right, the cable in?)";
	}
}

int share_reach(struct share *s, const unsigned *ports, unsigned n, unsigned *port, struct err *e)
{
	struct addrinfo hint = { .ai_socktype = SOCK_STREAM }, *all = NULL;
	const char *host = s->url.host;
	int rc = getaddrinfo(host, NULL, &hint, &all), num = ETIMEDOUT;

	if (rc)
		return err_set(e, 0,
			       "%s: name: %s: %s (give its address instead, or a name server)",
			       s->text, host, gai_strerror(rc));
	for (unsigned i = 0; i < n && num; i++) {
		for (const struct addrinfo *a = all; a && num; a = a->ai_next) {
			num = try_connect(a, ports[i], s->ui);
			*port = ports[i];
			if (!num || num == ECANCELED)
				getnameinfo(a->ai_addr, a->ai_addrlen, s->ip, sizeof s->ip, NULL, 0,
					    NI_NUMERICHOST);
			if (num == ECANCELED)
				break;
		}
	}
	freeaddrinfo(all);
	if (num == ECANCELED)
		return err_stopped(e);
	if (!num)
		return 0;
	return err_set(e, 0, "%s: reach: %s, port %u: %s%s", s->text, host, ports[0], strerror(num),
		       cure(num));
}
