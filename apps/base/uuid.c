// SPDX-License-Identifier: GPL-2.0-or-later
// UUIDs from the kernel's random numbers.
#include "base/uuid.h"

#include <sys/random.h>

int uuid_random(uint8_t id[16], struct err *e)
{
	if (getrandom(id, 16, 0) != 16)
		return err_set(e, errno, "random numbers");
	id[6] = (uint8_t)((id[6] & 0x0f) | 0x40); // version 4
	id[8] = (uint8_t)((id[8] & 0x3f) | 0x80); // variant of the RFC
	return 0;
}
