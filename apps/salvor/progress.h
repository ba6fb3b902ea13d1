// SPDX-License-Identifier: GPL-2.0-or-later
// What an engine last told of its progress, and how that is drawn: the disk as a map of cells,
// amounts, rates, what is left. Knows no thread and no terminal.
#ifndef SALVOR_PROGRESS_H
#define SALVOR_PROGRESS_H

#include "base/ui.h"
#include "term/area.h"

#define PROGRESS_COLS 76
#define PROGRESS_ROWS 18
#define PROGRESS_CELLS (PROGRESS_COLS * 5)
#define PROGRESS_MESSAGES 4

// Bytes over time.
struct rate {
	int64_t begin_ms, mark_ms; // mark: begin of the span for the rate now
	uint64_t begin, mark;	   // bytes then
	double now;		   // bytes a second
};

struct progress {
	char what[128], message[PROGRESS_MESSAGES][200];
	uint64_t done, total, bad;
	bool mapped;
	char cells[PROGRESS_CELLS]; // letters of the map, one per part of the disk; 0: not wanted
	uint64_t cell;		    // bytes of one
	int64_t mapped_ms;	    // when they were last filled
	int64_t begin_ms, moved_ms; // moved: when done last changed
	struct rate rate;
	bool is_rescue;
	struct ui_rescue rescue; // valid when is_rescue; its texts are those below
	char phase[80], health[160];
};

// now_ms: of one steady clock, here and below.
void progress_begin(struct progress *p, int64_t now_ms);
void progress_say(struct progress *p, enum ui_level level, const char *text);
void progress_take(struct progress *p, const struct ui_progress *told, int64_t now_ms);

// state: what the operator has ordered, one line, NULL: nothing. tick: turns the sign of life.
void progress_draw(const struct progress *p, struct area a, int64_t now_ms, unsigned tick,
		   const char *state);

// "62 %", of the used data while they are what is copied; "" while that cannot be said.
void progress_percent(const struct progress *p, char *text, size_t size);

// What would be missing if it were ended now: a sentence.
void progress_missing(const struct progress *p, char *text, size_t size);

#endif
