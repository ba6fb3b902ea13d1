// SPDX-License-Identifier: GPL-2.0-or-later
// A disk served read-only by NBD: who asks gets it. Several clients at once, each in a thread; the
// disk is read by one at a time.
#ifndef NBD_SERVER_H
#define NBD_SERVER_H

#include <pthread.h>

#include "base/map.h"
#include "base/ui.h"
#include "block/src.h"
#include "nbd/session.h"

// What is served, and what has become of it.
struct nbd_disk {
	struct src *src;
	const struct map *used; // MAP_DONE: is read; the rest is told as a hole and reads as zeros.
				// NULL: all is read
	struct nbd_export export;

	// the server's, until it has ended
	pthread_mutex_t lock;
	struct map sent;  // MAP_DONE: went to somebody, in pieces of a MiB
	uint64_t bytes;	  // sent, all clients together
	uint64_t refused; // bytes of requests answered with "cannot be read"
	unsigned clients; // that came as far as to ask for data
};

struct nbd_server;

// listen: "ADDRESS", "ADDRESS:PORT", ":PORT", an IPv6 address with a port in brackets; "": all
// addresses, port 10809. Port 0: a free one. The disk outlives the server.
int nbd_server_open(struct nbd_server **out, struct nbd_disk *disk, const char *listen,
		    struct err *e);
// "nbd://10.0.0.5/sda", one line for each address of this machine that it can be reached by.
void nbd_server_urls(const struct nbd_server *s, struct buf *out);
// Until ui_cancelled, which is a good end; once: until the last client has gone.
int nbd_server_run(struct nbd_server *s, bool once, struct ui *ui, struct err *e);
// Hangs up; what has become of the disk is final then.
void nbd_server_stop(struct nbd_server *s);
void nbd_server_close(struct nbd_server *s); // NULL is fine

// client.c: talks to one client until it has gone, or its socket was shut down.
void nbd_client(struct nbd_disk *disk, int fd);

#endif
