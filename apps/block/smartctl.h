// SPDX-License-Identifier: GPL-2.0-or-later
// A question to a disk's own electronics, put by the program smartctl. It is asked in a thread of
// its own: a disk that hangs can hold its answer back for minutes, and nobody else.
#ifndef BLOCK_SMARTCTL_H
#define BLOCK_SMARTCTL_H

#include "base/buf.h"
#include "block/disk.h"

struct smartctl;

// Puts the question; options ends with NULL. NULL for disks that cannot be asked: files, and the
// virtual ones that have nothing to say.
struct smartctl *smartctl_ask(const struct disk *d, const char *const *options);

// Waits for the answer, at most so long. True when there is one, in JSON; out is only then written
// to. False also when smartctl is not installed.
bool smartctl_answer(struct smartctl *s, unsigned wait_ms, struct buf *out);
// Whether it has ended, well or not; then *took_ms is how long that took.
bool smartctl_ended(struct smartctl *s, unsigned *took_ms);

// Does not wait: an answer that comes later goes nowhere. NULL is fine.
void smartctl_forget(struct smartctl *s);

#endif
