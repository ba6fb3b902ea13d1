// SPDX-License-Identifier: GPL-2.0-or-later
// A sink in front of another one: what is small is gathered into large writes, the hash of what
// goes through is computed beside the writing, some MiB behind it, and the operator can stop long
// stretches of tables and zeros.
#ifndef COPY_HASH_SINK_H
#define COPY_HASH_SINK_H

#include <pthread.h>

#include "base/sha256.h"
#include "base/sink.h"
#include "base/ui.h"

#define HASH_QUEUE 512		 // stretches of memory that wait to be hashed
#define HASH_GATHER (256u << 10) // bytes of a write of small things
#define HASH_BUFFERS 4

struct hash_sink {
	struct sink sink; // write here
	struct sink *to;
	struct ui *ui;
	struct sha256 sha;
	bool whole; // from the first byte on, all in order: the hash is that of the result

	// Small things: buffer[now] is being filled, the others may still wait to be hashed.
	struct hash_buffer {
		uint8_t *data;
		uint64_t mark; // free when so many were hashed
	} buffer[HASH_BUFFERS];
	unsigned now;
	size_t fill; // bytes in buffer[now]

	const uint8_t *lent;
	size_t lent_len;

	// The hashing thread: works on [hashed, queued), counts since the start.
	struct hash_entry {
		const void *data;
		size_t len;
	} queue[HASH_QUEUE];
	uint64_t queued, hashed;
	uint64_t wait_for; // the writing thread waits until so many were hashed
	size_t silent;	   // bytes queued since the hashing thread was woken
	bool end, has_thread;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, less;
};

// to must be open. hash: it is worth computing; not when the result will be patched. When bytes are
// in `to` already (to->pos), the hash cannot be told at the end.
int hash_sink_begin(struct hash_sink *h, struct sink *to, struct ui *ui, bool hash, struct err *e);
// Ends the thread; what was not flushed is lost. True: hex is the hash of everything; false: it was
// not written in one go, hex is "".
bool hash_sink_end(struct hash_sink *h, char hex[65]);

// Writes what was gathered.
int hash_sink_flush(struct hash_sink *h, struct err *e);

// [data, data + len) stays as it is until hash_sink_settle: what is written from there from now on
// is not copied. Until the next call; len 0: nothing is lent.
void hash_sink_lend(struct hash_sink *h, const void *data, size_t len);
// A mark on what was written until now.
uint64_t hash_sink_mark(const struct hash_sink *h);
// Is nothing lent that was written before the mark looked at any more? With wait it is true when
// this returns.
bool hash_sink_settle(struct hash_sink *h, uint64_t mark, bool wait);

#endif
