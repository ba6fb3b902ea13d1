// SPDX-License-Identifier: GPL-2.0-or-later
// Waiting a little between two looks at something the kernel is about to finish.
#ifndef WORK_PAUSE_H
#define WORK_PAUSE_H

#include <time.h>

static inline void pause_ms(long ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000 };

	nanosleep(&t, NULL);
}

#endif
