// SPDX-License-Identifier: GPL-2.0-or-later
// How fast a disk may be read: no faster than so much a second, a rest after each failure, not at
// all while the operator says so. One thread reads, another gives the orders.
#ifndef COPY_PACE_H
#define COPY_PACE_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pace_limits {
	uint64_t max_rate, min_rate; // bytes a second: never faster; what is slower waits; 0: none
	unsigned pause_s;	     // after each failure
};

struct pace {
	struct pace_limits limits;
	int64_t free_ms; // not before this time by now_ms() the next read may begin

	// under the lock
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool paused, ended;
};

// limits is copied.
void pace_begin(struct pace *p, const struct pace_limits *limits);
void pace_end(struct pace *p);

// Returns when the next read may begin. False: there is to be none.
bool pace_wait(struct pace *p);
// So much was read since begin_ms; a read failed.
void pace_read(struct pace *p, int64_t begin_ms, size_t len);
void pace_failed(struct pace *p);

// From another thread. What has been ended stays so.
void pace_order(struct pace *p, bool paused, bool end);

#endif
