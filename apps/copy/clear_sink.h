// SPDX-License-Identifier: GPL-2.0-or-later
// A sink in front of one that clears a disk: long stretches of zeros go through in steps, so that
// they show as progress and can be stopped.
#ifndef COPY_CLEAR_SINK_H
#define COPY_CLEAR_SINK_H

#include "base/sink.h"
#include "base/ui.h"

struct clear_sink {
	struct sink sink; // write here
	struct sink *to;
	struct ui *face;
	struct ui shown; // for the engine: its progress becomes the place on the disk
	struct ui_progress progress;
};

// to must be open; total: bytes that will be written or cleared in all.
void clear_sink_begin(struct clear_sink *c, struct sink *to, uint64_t total, struct ui *ui);

#endif
