// SPDX-License-Identifier: GPL-2.0-or-later
// Inside newfs/: swap areas.
#ifndef NEWFS_SWAP_H
#define NEWFS_SWAP_H

#include <stdint.h>

#define SWAP_PAGE 4096
#define SWAP_LABEL "system_u:object_r:swapfile_t:s0" // what a policy of SELinux calls a swap file

// The first page of one of so many bytes; all others are zeros. page: SWAP_PAGE zeros.
void swap_page(uint8_t *page, uint64_t size, const uint8_t id[16]);

#endif
