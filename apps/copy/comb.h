// SPDX-License-Identifier: GPL-2.0-or-later
// A disk with a dead head fails in stretches at equal distances, as far as its heads take turns.
// What is expected to fail next is better left for later: each stretch costs some failed reads.
// Pure: it is told what failed, and says which stretch is likely to be next.
#ifndef COPY_COMB_H
#define COPY_COMB_H

#include <stdbool.h>
#include <stdint.h>

enum { COMB_LEARN = 4 }; // stretches from which a distance is learned

struct comb {
	uint64_t at[COMB_LEARN]; // where the last stretches begin, the newest first
	unsigned n;
	uint64_t width;	 // bytes: of the longest of them
	uint64_t period; // bytes from one to the next, 0: unknown
	unsigned left, missed;
	uint64_t seen;	 // end of the window that was left out last
	uint64_t tested; // end of the window that is read to see whether it still fails; 0: none
};

// [off, end) failed; joined: nothing went well since the failure before it.
void comb_failed(struct comb *c, uint64_t off, uint64_t end, bool joined);
// What may be read of [off, *end): true, and *end where the next stretch is expected. False: off
// lies in one that is expected, which ends at *end.
bool comb_may_read(struct comb *c, uint64_t off, uint64_t *end);

#endif
