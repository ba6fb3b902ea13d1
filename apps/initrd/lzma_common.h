// SPDX-License-Identifier: GPL-2.0-or-later
// What xz and the older lzma share: liblzma's way of running.
#ifndef INITRD_LZMA_COMMON_H
#define INITRD_LZMA_COMMON_H

#include <lzma.h>

#include "initrd/unpack.h"

#define LZMA_MEMORY (128U << 20) // dictionaries of initrds have 64 MiB at most

enum unpack_state lzma_run(void *state, struct pieces *p);
void lzma_end_free(void *state);

#endif
