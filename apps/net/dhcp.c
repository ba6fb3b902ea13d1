// SPDX-License-Identifier: GPL-2.0-or-later
#include "net/dhcp.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/run.h"
#include "base/ui.h"
#include "net/ip.h"
#include "net/lease.h"

#define TICK_MS 100
#define LATER_MS 4000	 // after the first lease: for servers that are slower
#define NO_CABLE_MS 6000 // negotiating a speed takes up to four seconds
#define LEASE_LINK NET_DIR "/" LEASE_PROGRAM

struct client {
	char link[16];
	unsigned tries;
	struct ui *ui;
	pthread_t thread;
	bool started, counted;
	atomic_bool ended;
	int rc, status;
	struct err err;
};

static char *pid_file(const char *link)
{
	return mem_printf(NET_DIR "/%s.pid", link);
}

// A number in a file is not yet the process it once meant.
static bool is_client(pid_t pid)
{
	char path[64], name[32] = "";
	int fd FD_AUTO = -1;

	snprintf(path, sizeof path, "/proc/%d/comm", (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0 && read(fd, name, sizeof name - 1) > 0 &&
	       (!strcmp(name, "udhcpc\n") || !strcmp(name, "busybox\n"));
}

void net_dhcp_end(const char *link)
{
	char *path STR_AUTO = pid_file(link), text[16] = "";
	int fd FD_AUTO = open(path, O_RDONLY | O_CLOEXEC);
	pid_t pid = 0;

	if (fd >= 0 && read(fd, text, sizeof text - 1) > 0)
		pid = (pid_t)strtol(text, NULL, 10);
	if (pid <= 1 || !is_client(pid) || kill(pid, SIGTERM))
		return;
	for (unsigned i = 0; i < 20 && is_client(pid); i++)
		usleep(50000);
	if (is_client(pid))
		kill(pid, SIGKILL);
	unlink(path);
}

static void *run_client(void *arg)
{
	struct client *c = arg;
	char *pid STR_AUTO = pid_file(c->link), tries[16];
	const char *const argv[] = { "udhcpc", "-i",  c->link, "-s", LEASE_LINK, "-p", pid, "-n",
				     "-t",     tries, "-T",    "2",  "-A",	 "2",  NULL };

	snprintf(tries, sizeof tries, "%u", c->tries);
	c->rc = run_program(
		&(struct run){ .argv = argv, .ui = c->ui, .timeout_s = c->tries * 2 + 5 },
		&c->status, &c->err);
	c->ended = true;
	return NULL;
}

static void start(struct client *c, unsigned tries, struct ui *ui)
{
	int rc;

	c->started = true;
	c->tries = tries;
	c->ui = ui;
	rc = pthread_create(&c->thread, NULL, run_client, c);
	if (!rc)
		return;
	c->rc = err_set(&c->err, rc, "%s: start a DHCP client", c->link);
	c->thread = 0;
	c->ended = true;
}

static bool has_lease(const struct client *c)
{
	struct net_links links;
	struct net_state s;
	const struct net_link *l;

	if (!c->ended || c->rc || c->status)
		return false;
	net_links(&links, "");
	l = net_link_find(&links, c->link);
	return l && l->n_addr && net_state_get(&s, c->link) && s.dhcp && !s.problem[0];
}

// One look at all cards. True: nothing more is to be expected.
static bool look(struct client *clients, unsigned n, int64_t begin, int64_t end, int64_t *first,
		 struct ui *ui)
{
	int64_t now = now_ms();
	unsigned running = 0, started = 0;
	struct net_links links;

	net_links(&links, "");
	for (unsigned i = 0; i < n; i++) {
		struct client *c = &clients[i];
		const struct net_link *l = net_link_find(&links, c->link);
		int64_t tries = (end - now) / 2000;

		if (!c->started && l && l->carrier && (tries > 0 || !*first))
			start(c, tries > 1 ? (unsigned)tries : 1, ui);
		started += c->started;
		running += c->started && !c->ended;
		if (c->ended && !c->counted) {
			c->counted = true;
			if (!*first && has_lease(c))
				*first = now;
		}
	}
	if (ui_cancelled(ui))
		return true;
	if (!started)
		return now - begin > NO_CABLE_MS;
	if (*first && (now - *first > LATER_MS || (!running && started == n)))
		return true;
	return !running && (now > end || (started == n && !*first));
}

static void explain(const struct client *c, struct buf *out)
{
	struct net_state s;

	buf_printf(out, "%s%s: ", out->len ? "; " : "", c->link);
	if (!c->started)
		buf_puts(out, "no cable, or the port at the other end is off");
	else if (c->rc)
		buf_puts(out, c->err.text);
	else if (net_state_get(&s, c->link) && s.problem[0])
		buf_puts(out, s.problem);
	else
		buf_printf(out, "no DHCP server answered within %u s", c->tries * 2);
}

// Ends the clients that still ask: one card works, or the operator does not want to wait.
static int collect(struct client *clients, unsigned n, struct ui *ui, struct err *e)
{
	struct buf why BUF_AUTO = { 0 };
	unsigned leases = 0;

	for (unsigned i = 0; i < n; i++)
		if (clients[i].started && !clients[i].ended)
			net_dhcp_end(clients[i].link);
	for (unsigned i = 0; i < n; i++) {
		if (clients[i].thread)
			pthread_join(clients[i].thread, NULL);
		if (has_lease(&clients[i]))
			leases++;
		else
			explain(&clients[i], &why);
	}
	if (ui_cancelled(ui))
		return err_stopped(e);
	if (leases)
		return 0;
	return err_set(e, 0, "DHCP: %.400s", buf_str(&why));
}

// udhcpc calls us by this link.
static int make_link(struct err *e)
{
	char self[512];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);

	if (n <= 0)
		return err_set(e, errno, "/proc/self/exe: read");
	self[n] = 0;
	unlink(LEASE_LINK);
	return symlink(self, LEASE_LINK) ? err_set(e, errno, "%s: create", LEASE_LINK) : 0;
}

int net_dhcp_ask(char names[][16], unsigned n, unsigned wait_s, struct ui *ui, struct err *e)
{
	struct client *clients;
	int64_t begin = now_ms(), end = begin + (int64_t)wait_s * 1000, first = 0;
	int rc;

	if (make_link(e))
		return -1;
	if (!n)
		return err_set(e, 0, "DHCP: this machine has no network card that is known here");
	for (unsigned i = 0; i < n; i++) {
		net_dhcp_end(names[i]);
		if (net_ip_up(names[i], ui, e))
			return -1;
	}
	clients = mem_zero(n, sizeof *clients);
	for (unsigned i = 0; i < n; i++)
		str_copy(clients[i].link, sizeof clients[i].link, names[i]);
	ui_progress(ui, &(struct ui_progress){ .what = "asking for an address" });
	while (!look(clients, n, begin, end, &first, ui))
		usleep(TICK_MS * 1000);
	rc = collect(clients, n, ui, e);
	free(clients);
	return rc;
}
