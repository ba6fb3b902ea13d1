// SPDX-License-Identifier: GPL-2.0-or-later
// While a block is read the one before it is hashed: neither a line nor a disk waits for that.
#include "dest/read_back.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/sha256.h"
#include "base/size.h"

bool read_back_wanted(const struct dest *d, const char *sha256)
{
	return sha256[0] &&
	       (d->compare == DEST_READ_BACK || (d->compare == DEST_AS_USUAL && d->reads_back));
}

struct hasher {
	struct sha256 sha;
	const void *data; // to be hashed
	size_t len;	  // 0: that is done
	bool end;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t more, done;
};

static void *hash_all(void *arg)
{
	struct hasher *h = arg;

	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (!h->len && !h->end)
			pthread_cond_wait(&h->more, &h->lock);
		if (!h->len)
			break;
		pthread_mutex_unlock(&h->lock);
		sha256_add(&h->sha, h->data, h->len);
		pthread_mutex_lock(&h->lock);
		h->len = 0;
		pthread_cond_signal(&h->done);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

static int hasher_begin(struct hasher *h)
{
	*h = (struct hasher){ 0 };
	sha256_begin(&h->sha);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->more, NULL);
	pthread_cond_init(&h->done, NULL);
	return pthread_create(&h->thread, NULL, hash_all, h);
}

// What was added before is not looked at any more when this returns.
static void hasher_add(struct hasher *h, const void *data, size_t len)
{
	pthread_mutex_lock(&h->lock);
	while (h->len)
		pthread_cond_wait(&h->done, &h->lock);
	h->data = data;
	h->len = len;
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
}

static void hasher_end(struct hasher *h, bool has_thread)
{
	pthread_mutex_lock(&h->lock);
	h->end = true;
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
	if (has_thread)
		pthread_join(h->thread, NULL);
	pthread_cond_destroy(&h->done);
	pthread_cond_destroy(&h->more);
	pthread_mutex_destroy(&h->lock);
}

// In blocks, which go into the two halves of the memory in turn.
static int read_all(struct hasher *h, char *memory, read_back_fn *read, void *arg, uint64_t size,
		    struct ui *ui, struct err *e)
{
	struct ui_progress progress = { .what = "reading it back", .total = size };

	for (unsigned i = 0; progress.done < size; i++) {
		uint64_t left = size - progress.done;
		size_t n = left < READ_BACK_BLOCK ? (size_t)left : READ_BACK_BLOCK;
		char *block = memory + i % 2 * READ_BACK_BLOCK;

		if (ui_cancelled(ui))
			return err_stopped(e);
		if (read(arg, progress.done, block, n, e))
			return -1;
		hasher_add(h, block, n);
		progress.done += n;
		ui_progress(ui, &progress);
	}
	return 0;
}

static int compute(const struct dest *d, read_back_fn *read, void *arg, uint64_t size,
		   struct ui *ui, char hex[65], struct err *e)
{
	struct hasher h;
	void *memory = NULL;
	int rc, num;

	if (posix_memalign(&memory, 4096, 2 * READ_BACK_BLOCK))
		return err_set(e, ENOMEM, "%s: read back", d->shown);
	num = hasher_begin(&h);
	rc = num ? err_set(e, num, "%s: read back", d->shown)
		 : read_all(&h, memory, read, arg, size, ui, e);
	hasher_end(&h, !num);
	free(memory);
	sha256_end(&h.sha, hex);
	return rc;
}

int read_back(struct dest *d, read_back_fn *read, void *arg, uint64_t size, const char *sha256,
	      struct ui *ui, struct err *e)
{
	char hex[65];

	ui_say(ui, UI_INFO, "%s: is read back and compared", d->shown);
	if (compute(d, read, arg, size, ui, hex, e))
		return -1;
	if (strcmp(hex, sha256))
		return err_set(e, EBADMSG,
			       "%s: WHAT LIES THERE IS SOMETHING ELSE than what was written: its "
			       "sha256 is %s, not %s. Memory, a cable or the medium is failing",
			       d->shown, hex, sha256);
	d->compared = "length and SHA-256, read back";
	return 0;
}
