// SPDX-License-Identifier: GPL-2.0-or-later
// Names that nothing else has: random UUIDs (RFC 9562, version 4).
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdint.h>

#include "base/err.h"

// id: in the order in which a UUID is printed.
int uuid_random(uint8_t id[16], struct err *e);

#endif
