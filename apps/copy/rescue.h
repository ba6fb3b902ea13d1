// SPDX-License-Identifier: GPL-2.0-or-later
// What to read next of a disk that fails: the strategy of GNU ddrescue (its manual, "Algorithm"),
// as a machine without any I/O. It is asked for the next read and told how that went.
//
// Copying reads what was not tried yet in large blocks; behind a failure it skips, further each
// time; a second pass comes back from the other side, a third one leaves nothing out. Trimming
// looks for the first sector of a failed block that cannot be read, and tries the last one;
// scraping tries each between them, retrying those again that could not be read. The states in
// the map are ddrescue's, so either can go on with what the other one began.
//
// Different from it: what is worth most comes first (levels); as long as nothing fails the blocks
// are large; what is expected to fail because failures came at equal distances is left to the
// second pass; where the next cluster is likely to fail, too, one sector of it is asked for alone;
// what is gone back through is read forwards in bites, as long as nothing in them fails;
// and the rest of a large block that failed is read as one again when its first bad sector is
// known. No sector is read alone more often than there.
#ifndef COPY_RESCUE_H
#define COPY_RESCUE_H

#include <stdbool.h>

#include "base/map.h"
#include "copy/comb.h"

#define RESCUE_CLUSTER 65536u // bytes of a read where things go wrong
#define RESCUE_BITE (16 * RESCUE_CLUSTER)

struct rescue_settings {
	size_t block;	   // bytes of a read while all is well: a power of two of clusters
	uint32_t sector;   // bytes that the disk can only lose together, a power of two
	uint64_t skip_max; // bytes; 0: 1 % of the disk
	bool reverse;	   // begin at the end
	bool straight;	   // all that is wanted in one go, until the first failure
	unsigned retries;
};

enum rescue_phase { RESCUE_COPY, RESCUE_TRIM, RESCUE_SCRAPE, RESCUE_RETRY, RESCUE_END };
enum rescue_edge { RESCUE_FRONT, RESCUE_BACK, RESCUE_REST };

struct rescue {
	struct rescue_settings set;
	struct map map; // what is known
	// MAP_DONE: belongs to it; each holds the one before it, in whole sectors.
	const struct map *const *level;
	unsigned n_levels, at_level;
	bool straight; // still
	enum rescue_phase phase;
	unsigned pass; // of copying or retrying, from 1
	bool back;     // it goes from the end to the beginning
	uint64_t pos;  // it has come so far

	// copying
	size_t block;	     // bytes of the next read
	bool wary;	     // the last one failed
	struct range whole;  // the block that the read of one sector speaks for; len 0: itself
	uint64_t skip;	     // bytes to leave out behind the next failure
	uint64_t well, good; // bytes that went well since the last failure; since skip was changed
	struct comb comb;    // what is expected to fail
	struct range bite;   // this is read forwards in a pass that goes back; len 0: nothing
	uint64_t no_bite;    // none begins behind this
	struct map coarse;   // MAP_DONE: blocks larger than a cluster that failed as one
	struct map later;  // MAP_DONE: left out at the first level, and so in the next one's pass 1
	struct map second; // that level without them

	// Trimming: [from, to) is looked at now, [rest, end) comes behind it. coarse: it is one
	// block that failed as a whole, so that the rest of it may well be readable.
	enum rescue_edge edge;
	uint64_t from, to, rest, end;
	bool trimming, is_coarse, dense;

	// the read that was asked for
	uint64_t off;
	size_t len;

	// what the last answer changed in the map
	struct range changed[3];
	unsigned n_changed;
};

// known: what is known already, copied. levels: in falling worth, the last one is all that is
// wanted; they outlive it.
void rescue_begin(struct rescue *r, const struct map *known, const struct map *const *levels,
		  unsigned n_levels, const struct rescue_settings *set);
void rescue_end(struct rescue *r);

// The next read: off and len. False: there is nothing left to try.
bool rescue_next(struct rescue *r);
// How it went. slow: what lies near is better left for later.
void rescue_told(struct rescue *r, bool ok, bool slow);
// The operator wants to get on: what lies near is left for a later phase, or for good.
void rescue_skip(struct rescue *r);

// The state of the mapfile's status line.
char rescue_status(const struct rescue *r);

#endif
