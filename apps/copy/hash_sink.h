// SPDX-License-Identifier: GPL-2.0-or-later
// A sink in front of another one: the hash of what goes through is computed while it is being
// written, and the operator can stop long stretches of tables and zeros.
#ifndef COPY_HASH_SINK_H
#define COPY_HASH_SINK_H

#include <pthread.h>

#include "base/sha256.h"
#include "base/sink.h"
#include "base/ui.h"

struct hash_sink {
	struct sink sink; // write here
	struct sink *to;
	struct ui *ui;
	struct sha256 sha;
	bool whole; // from the first byte on, all in order: the hash is that of the result
	// the hashing thread: works on [data, data + len) while this thread writes it
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t change;
	const void *data; // NULL: nothing to do
	size_t len;
	bool end;
};

// to must be open; when bytes are in it already (to->pos), the hash cannot be told at the end.
int hash_sink_begin(struct hash_sink *h, struct sink *to, struct ui *ui, struct err *e);
// Ends the thread. True: hex is the hash of everything; false: it was not written in one go, hex is
// "".
bool hash_sink_end(struct hash_sink *h, char hex[65]);

#endif
