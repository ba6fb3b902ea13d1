// SPDX-License-Identifier: GPL-2.0-or-later
// A feed that reads what copy/rescue.h says, and obeys the operator while it does so. What could
// not be read it gives as pieces without data that tell what is known of it.
#ifndef COPY_RESCUE_FEED_H
#define COPY_RESCUE_FEED_H

#include <pthread.h>

#include "base/ui.h"
#include "copy/feed.h"
#include "copy/pace.h"
#include "copy/rescue.h"

// Failures in a row after which the disk is asked whether it still answers; when it does, again
// after twice as many, at last after each so many.
#define RESCUE_DOUBT 8
#define RESCUE_DOUBT_MAX 64

struct rescue_feed {
	struct feed feed;
	struct rescue rescue;
	struct pace *pace;

	// Where something could be read: the first place and the last one. UINT64_MAX: none yet.
	uint64_t good[2];
	// What failed since, and what was known of it before: it may have failed because the disk
	// was gone.
	struct range doubt[RESCUE_DOUBT_MAX * 3];
	unsigned n_doubt;
	unsigned failed, ask_at; // failed: reads in a row

	// under the lock
	pthread_mutex_t lock;
	bool paused, skip;
	enum rescue_phase phase;
	unsigned pass;
	bool back, straight;
	char status; // of the mapfile
	int64_t good_ms;
};

// known and set are copied, the rest outlives the feed.
void rescue_feed_begin(struct rescue_feed *f, struct src *src, const struct map *known,
		       const struct map *const *levels, unsigned n_levels,
		       const struct rescue_settings *set, struct pace *pace);
void rescue_feed_end(struct rescue_feed *f);

// From another thread: a set of enum ui_order.
void rescue_feed_order(struct rescue_feed *f, unsigned orders);
// Where it is: fills u->phase (in text) and u->silent_s, and the map's status line.
void rescue_feed_tell(struct rescue_feed *f, struct ui_rescue *u, char *text, size_t size,
		      struct map *m);

// After the feed has failed with ENODEV: puts back in m what the failures since the last good read
// seemed to tell.
void rescue_feed_forget(const struct rescue_feed *f, struct map *m);

#endif
