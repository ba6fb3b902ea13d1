// SPDX-License-Identifier: GPL-2.0-or-later
// CRC-32 as in IEEE 802.3, gzip and GPT (reflected, polynomial 0xedb88320), and CRC-32C as in XFS,
// btrfs and VHDX (reflected, polynomial 0x82f63b78); both inverted before and after.
#ifndef BASE_CRC_H
#define BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

// Go on from crc (0 to begin), so that pieces may be given one after another.
uint32_t crc32_add(uint32_t crc, const void *p, size_t n);
uint32_t crc32c_add(uint32_t crc, const void *p, size_t n);

#endif
