// SPDX-License-Identifier: GPL-2.0-or-later
// Reading a disk that may be dying, front to back: what cannot be read is told, never raised.
#ifndef COPY_READER_H
#define COPY_READER_H

#include <stdbool.h>

#include "copy/feed.h"
#include "copy/pace.h"

struct reader {
	struct feed feed;  // its src outlives the reader
	struct map wanted; // MAP_DONE: to be read
	struct pace *pace; // obeyed by every read; NULL: none
	size_t i;	   // of the range of wanted that pos lies in, or is in front of
	uint64_t pos;
	size_t block;	   // bytes of the next attempt where nothing is known to fail
	uint64_t fence;	   // a read that ended here failed: the reason lies in front of it; 0: none
	uint64_t good_end; // end of the last read that succeeded; 0: none did yet
	unsigned bad_run;  // unreadable sectors in a row
};

// wanted is copied. Its ranges grow to whole sectors.
void reader_begin(struct reader *r, struct src *src, const struct map *wanted);
void reader_end(struct reader *r);

// Where the next piece will begin; UINT64_MAX: there is none.
uint64_t reader_at(struct reader *r);
// Something could not be read just in front: the next pieces may be small, and late.
bool reader_is_slow(const struct reader *r);

// The next piece of what is wanted, all of one state, zeros where it could not be read. 1: *p is
// filled (p->data stays), 0: that was all. -1: the source is gone or has stopped answering. Then
// MAP_BAD pieces behind good_end mean nothing and should be tried again.
int reader_next(struct reader *r, struct piece *p, struct err *e);

#endif
