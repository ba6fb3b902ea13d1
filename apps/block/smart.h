// SPDX-License-Identifier: GPL-2.0-or-later
// What a disk says of its own health. Asked in the background; see smartctl.h.
#ifndef BLOCK_SMART_H
#define BLOCK_SMART_H

#include "block/smartctl.h"

#define SMART_UNKNOWN (-1)

// Counts are SMART_UNKNOWN where the disk does not tell them.
struct smart {
	bool known;	       // it said anything at all
	bool judged, failing;  // judged: it said whether it expects to fail; failing: it does
	int64_t reallocated;   // sectors replaced by spare ones
	int64_t pending;       // sectors it could not read, to be replaced when written
	int64_t uncorrectable; // sectors, or on NVMe reads, that were lost
	int64_t hours;	       // it has run
	int temperature;       // °C
};

// From smartctl's JSON: ATA, SCSI and NVMe. Not known: nothing in it was of use.
struct smart smart_parse(const char *text, size_t n);

// Puts the question; NULL for disks that cannot be asked.
struct smartctl *smart_ask(const struct disk *d);
// Waits for the answer, at most so long.
struct smart smart_answer(struct smartctl *s, unsigned wait_ms);

// It expects to fail, or could not read some of its sectors.
bool smart_is_bad(const struct smart *s);
// More of its sectors are bad than before, or it has begun to expect to fail.
bool smart_is_worse(const struct smart *now, const struct smart *before);
// "ok", "failing", "unknown": its own judgement.
const char *smart_judgement(const struct smart *s);
// "41 °C, reallocated 12 (+1 since the start), pending 3"; "" when it says none of that. before:
// how it was at the start, NULL: not told.
void smart_text(const struct smart *now, const struct smart *before, char *text, size_t size);

#endif
