// SPDX-License-Identifier: GPL-2.0-or-later
// Time for measuring and waiting: it goes on evenly whatever is done to the date.
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

// Milliseconds since some moment.
int64_t now_ms(void);

// A condition for clock_wait.
void clock_cond_init(pthread_cond_t *c);
// Waits with the lock held. False: it is until_ms by now_ms(), and nobody gave a sign.
bool clock_wait(pthread_cond_t *c, pthread_mutex_t *lock, int64_t until_ms);

#endif
