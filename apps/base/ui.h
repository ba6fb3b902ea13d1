// SPDX-License-Identifier: GPL-2.0-or-later
// What an engine says to the operator, whoever that is: dialogs, a terminal, a job file.
// Engines call these from one thread; the implementation may live in another.
#ifndef BASE_UI_H
#define BASE_UI_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"

enum ui_level { UI_INFO, UI_WARN, UI_ERROR };

// What a copy that reads its way round bad places has to tell besides.
struct ui_rescue {
	const char *phase;		// "second pass, backwards", one phrase
	uint64_t used_done, used_total; // bytes of what is in use; used_total 0: not known
	uint64_t again;	    // bytes that failed and will be tried again in smaller pieces
	unsigned places;    // stretches that could not be read, whatever their length
	unsigned silent_s;  // seconds since something could be read
	const char *health; // of the disk: "41 °C, reallocated 12 (+1)"; NULL: not known
};

struct ui_progress {
	const char *what;		// "reading /dev/sdb", one phrase
	uint64_t done, total;		// bytes; total 0: unknown
	uint64_t bad;			// bytes that could not be read
	const struct map *map;		// of what has been done so far; NULL: none
	const struct ui_rescue *rescue; // NULL: nothing of that kind
	const struct map *wanted;	// MAP_DONE: belongs to it; NULL: all of the map does
};

// What an operator may want of a copy under way.
enum ui_order {
	UI_PAUSE = 1,  // no more reads until it is taken back
	UI_SKIP = 2,   // leave this stretch of the disk for later
	UI_ENOUGH = 4, // end well with what there is
};

struct ui {
	const struct ui_ops *ops;
};

struct ui_ops {
	void (*say)(struct ui *ui, enum ui_level level, const char *text);
	// A yes/no question; what was asked for beforehand (--yes) may answer it.
	// Returns 1 yes, 0 no, -1 nobody can answer.
	int (*ask)(struct ui *ui, const char *question);
	void (*progress)(struct ui *ui, const struct ui_progress *p);
	bool (*cancelled)(struct ui *ui);
	// A set of enum ui_order; NULL: never any. UI_SKIP is told once each time it was wished.
	unsigned (*orders)(struct ui *ui);
	// As ask, but only a person may answer: no --yes. NULL: nobody can.
	int (*decide)(struct ui *ui, const char *question);
	// Asks for a text that is shown nowhere while it is typed and never logged. Returns 0, or
	// -1: nobody can answer, or will. NULL: nobody can.
	int (*secret)(struct ui *ui, const char *question, char *text, size_t size);
};

// All accept ui == NULL (silent, never cancelled, ask: -1). say also writes to the log.
void ui_say(struct ui *ui, enum ui_level level, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int ui_ask(struct ui *ui, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int ui_decide(struct ui *ui, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int ui_secret(struct ui *ui, char *text, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));
// Cheap: may be called for every buffer, the implementation thins it out.
void ui_progress(struct ui *ui, const struct ui_progress *p);
// To be asked at least once a second of work; after true the engine unwinds and returns
// err_stopped.
bool ui_cancelled(struct ui *ui);
// The same as ops->orders; only what obeys them asks.
unsigned ui_orders(struct ui *ui);

#endif
