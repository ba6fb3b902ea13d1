// SPDX-License-Identifier: GPL-2.0-or-later
// Sockets and threads of the server.
#include "nbd/server.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/log.h"

#define CLIENTS 16
#define STACK (256 * 1024)
#define TICK_MS 200
#define LINGER_MS 1500	    // after the last client went another may come: copies open several
#define DEAD_MS (60 * 1000) // without a sign from a client that answers must go to
#define URLS 6

struct slot {
	struct nbd_server *server;
	pthread_t thread;
	bool open, done;
	int fd;
	char peer[80];
};

struct nbd_server {
	struct nbd_disk *disk;
	int fd;
	char port[8];
	char host[64]; // "" all addresses
	struct slot slots[CLIENTS];
	char what[80]; // for the progress
};

// Splits "ADDRESS:PORT".
static int split(const char *listen, char *host, size_t host_size, char *port, size_t port_size,
		 struct err *e)
{
	const char *end = listen, *rest;
	bool bracket = *listen == '[';

	if (bracket)
		end = strchr(listen, ']');
	else if (strchr(listen, ':') == strrchr(listen, ':')) // else an IPv6 address alone
		end = strchr(listen, ':');
	else
		end = NULL;
	rest = !end ? "" : end + bracket;
	listen += bracket;
	char *copy STR_AUTO = mem_dup(listen);

	if (end)
		copy[end - listen] = 0;
	if ((bracket && !end) || (*rest && *rest != ':') || (*rest && !rest[1]) ||
	    strspn(*rest ? rest + 1 : "", "0123456789") != strlen(*rest ? rest + 1 : "") ||
	    !str_copy(host, host_size, copy) ||
	    !str_copy(port, port_size, *rest ? rest + 1 : NBD_PORT) || atoi(port) > 65535)
		return err_usage(e, "--listen %s: write ADDRESS:PORT, ADDRESS or :PORT", listen);
	return 0;
}

static int bind_to(struct nbd_server *s, const struct addrinfo *a)
{
	int on = 1, off = 0;

	s->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (s->fd < 0)
		return -1;
	setsockopt(s->fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	if (a->ai_family == AF_INET6)
		setsockopt(s->fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
	if (!bind(s->fd, a->ai_addr, a->ai_addrlen) && !listen(s->fd, CLIENTS))
		return 0;
	on = errno;
	close(s->fd);
	s->fd = -1;
	errno = on;
	return -1;
}

static int learn_port(struct nbd_server *s, struct err *e)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof a;

	if (getsockname(s->fd, (struct sockaddr *)&a, &len) ||
	    getnameinfo((struct sockaddr *)&a, len, NULL, 0, s->port, sizeof s->port,
			NI_NUMERICSERV))
		return err_set(e, errno, "ask for the port");
	return 0;
}

// For all addresses IPv6 comes first: such a socket takes IPv4, too.
static int open_socket(struct nbd_server *s, const char *listen, struct err *e)
{
	struct addrinfo hint = { .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
				 .ai_socktype = SOCK_STREAM },
			*all = NULL;
	int rc = getaddrinfo(s->host[0] ? s->host : NULL, s->port, &hint, &all);

	if (rc)
		return err_usage(e, "--listen %s: %s: is no address of this machine", listen,
				 gai_strerror(rc));
	for (int want6 = 1; want6 >= 0 && s->fd < 0; want6--)
		for (struct addrinfo *a = all; a && s->fd < 0; a = a->ai_next)
			if ((a->ai_family == AF_INET6) == want6)
				bind_to(s, a);
	rc = errno;
	freeaddrinfo(all);
	if (s->fd < 0 && rc == EADDRINUSE)
		return err_usage(e,
				 "port %s: is in use by another program: --listen :PORT takes "
				 "another, :0 any that is free",
				 s->port);
	if (s->fd < 0)
		return err_set(e, rc, "%s port %s: listen", s->host[0] ? s->host : "all addresses",
			       s->port);
	return learn_port(s, e);
}

int nbd_server_open(struct nbd_server **out, struct nbd_disk *disk, const char *listen,
		    struct err *e)
{
	struct nbd_server *s = mem_zero(1, sizeof *s);

	s->disk = disk;
	s->fd = -1;
	if (split(listen, s->host, sizeof s->host, s->port, sizeof s->port, e) ||
	    open_socket(s, listen, e)) {
		free(s);
		return -1;
	}
	pthread_mutex_init(&disk->lock, NULL);
	map_init(&disk->sent, disk->export.size, MAP_TODO);
	*out = s;
	return 0;
}

static void add_url(const struct nbd_server *s, const char *host, struct buf *out)
{
	bool six = strchr(host, ':');

	buf_printf(out, "nbd://%s%s%s%s%s/%s\n", six ? "[" : "", host, six ? "]" : "",
		   strcmp(s->port, NBD_PORT) ? ":" : "", strcmp(s->port, NBD_PORT) ? s->port : "",
		   s->disk->export.name);
}

// Link-local addresses need the name of the other machine's interface: nothing to type off a
// screen.
static bool numeric(const struct sockaddr *a, char *host, size_t size)
{
	const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)a;
	socklen_t len = a->sa_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof *six;

	if (a->sa_family != AF_INET &&
	    (a->sa_family != AF_INET6 || IN6_IS_ADDR_LINKLOCAL(&six->sin6_addr)))
		return false;
	return !getnameinfo(a, len, host, (socklen_t)size, NULL, 0, NI_NUMERICHOST);
}

void nbd_server_urls(const struct nbd_server *s, struct buf *out)
{
	struct ifaddrs *all = NULL;
	char host[64];
	unsigned n = 0;

	if (s->host[0]) {
		add_url(s, s->host, out);
		return;
	}
	if (!getifaddrs(&all))
		for (struct ifaddrs *a = all; a && n < URLS; a = a->ifa_next) {
			if (!a->ifa_addr || a->ifa_flags & IFF_LOOPBACK ||
			    !(a->ifa_flags & IFF_UP) || !numeric(a->ifa_addr, host, sizeof host))
				continue;
			add_url(s, host, out);
			n++;
		}
	if (all)
		freeifaddrs(all);
}

static void *client_thread(void *arg)
{
	struct slot *slot = arg;
	struct nbd_disk *d = slot->server->disk;

	nbd_client(d, slot->fd);
	pthread_mutex_lock(&d->lock);
	slot->done = true;
	pthread_mutex_unlock(&d->lock);
	return NULL;
}

// A client whose machine has died must not be served for ever.
static void guard(int fd)
{
	int on = 1, idle = 10, count = 6;
	unsigned dead = DEAD_MS;

	setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &idle, sizeof idle);
	setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &count, sizeof count);
	setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &dead, sizeof dead);
	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

static void begin_client(struct nbd_server *s, struct slot *slot)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof a;
	pthread_attr_t attr;
	int fd = accept4(s->fd, (struct sockaddr *)&a, &len, SOCK_CLOEXEC);

	if (fd < 0)
		return;
	guard(fd);
	*slot = (struct slot){ .server = s, .fd = fd };
	getnameinfo((struct sockaddr *)&a, len, slot->peer, sizeof slot->peer, NULL, 0,
		    NI_NUMERICHOST);
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	slot->open = !pthread_create(&slot->thread, &attr, client_thread, slot);
	pthread_attr_destroy(&attr);
	if (slot->open)
		log_line("nbd: %s has connected", slot->peer);
	else
		close(fd);
}

static void end_client(struct slot *slot)
{
	pthread_join(slot->thread, NULL);
	close(slot->fd);
	slot->open = false;
	log_line("nbd: %s has gone", slot->peer);
}

// Ends those that have gone; how many are left. *free: a place for another, or NULL.
static unsigned reap(struct nbd_server *s, struct slot **free_slot)
{
	unsigned n = 0;

	*free_slot = NULL;
	for (size_t i = 0; i < CLIENTS; i++) {
		struct slot *slot = &s->slots[i];
		bool done;

		pthread_mutex_lock(&s->disk->lock);
		done = slot->open && slot->done;
		pthread_mutex_unlock(&s->disk->lock);
		if (done)
			end_client(slot);
		if (slot->open)
			n++;
		else
			*free_slot = slot;
	}
	return n;
}

static void tell(struct nbd_server *s, unsigned clients, struct ui *ui)
{
	struct nbd_disk *d = s->disk;
	struct ui_progress p = { .what = s->what, .map = &d->sent };

	if (clients)
		snprintf(s->what, sizeof s->what, "serving %.40s to %u client%s", d->export.name,
			 clients, clients == 1 ? "" : "s");
	else
		snprintf(s->what, sizeof s->what, "serving %.40s, waiting for a client",
			 d->export.name);
	pthread_mutex_lock(&d->lock);
	p.done = d->bytes;
	p.bad = d->refused;
	ui_progress(ui, &p);
	pthread_mutex_unlock(&d->lock);
}

int nbd_server_run(struct nbd_server *s, bool once, struct ui *ui, struct err *e)
{
	struct pollfd p = { .fd = s->fd, .events = POLLIN };
	unsigned alone_ms = 0;

	while (!ui_cancelled(ui)) {
		struct slot *slot;
		unsigned clients = reap(s, &slot);
		int n;

		alone_ms = clients ? 0 : alone_ms + TICK_MS;
		if (once && s->disk->clients && alone_ms > LINGER_MS)
			break;
		tell(s, clients, ui);
		p.fd = slot ? s->fd : -1; // when all places are taken others wait
		n = poll(&p, 1, TICK_MS);
		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "wait for clients");
		if (n > 0)
			begin_client(s, slot);
	}
	return 0;
}

void nbd_server_stop(struct nbd_server *s)
{
	for (size_t i = 0; i < CLIENTS; i++)
		if (s->slots[i].open)
			shutdown(s->slots[i].fd, SHUT_RDWR);
	for (size_t i = 0; i < CLIENTS; i++)
		if (s->slots[i].open)
			end_client(&s->slots[i]);
}

void nbd_server_close(struct nbd_server *s)
{
	if (!s)
		return;
	close(s->fd);
	nbd_server_stop(s);
	map_free(&s->disk->sent);
	pthread_mutex_destroy(&s->disk->lock);
	free(s);
}
