// SPDX-License-Identifier: GPL-2.0-or-later
// What the options of a backup make of a disk that fails: order, rates, passes; and what happens
// when the disk drops out.
#ifndef SALVOR_RESCUE_PLAN_H
#define SALVOR_RESCUE_PLAN_H

#include "salvor/transfer.h"

struct rescue_options {
	const char *order; // "auto", "worth", "plain"
	unsigned retries;
	bool reverse;
	uint64_t max_rate, min_rate; // bytes a second, 0: none
	unsigned pause_s;	     // after each failure
};

// For after transfer_wanted: t is copied so. A destination that takes bytes in order only, or
// nobody's order at all, is told in the notes and copied front to back.
int rescue_plan(struct transfer *t, const struct rescue_options *o, struct err *e);
// For after transfer_resume: what could not be read while planning is not tried in the same way.
void rescue_know(struct transfer *t);

#endif
