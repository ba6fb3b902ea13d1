// SPDX-License-Identifier: GPL-2.0-or-later
// How long kernel and drive try to read one bad place before they give up. While a disk is rescued
// that should be short: what can be read comes first, and is tried again later. Nothing here
// fails: what cannot be changed stays, the log tells.
#ifndef BLOCK_PATIENCE_H
#define BLOCK_PATIENCE_H

#include "block/disk.h"

struct patience;

// Remembers and lowers: the kernel's command timeout and retries, the drive's error recovery time
// (SCT ERC). Takes a few seconds at most. root: as in disks_list.
struct patience *patience_lower(const struct disk *d, const char *root);
// Back to what it was; NULL is fine.
void patience_restore(struct patience *p);
// The disk is gone, and the settings with it: only forgets. NULL is fine.
void patience_forget(struct patience *p);

#endif
