// SPDX-License-Identifier: GPL-2.0-or-later
// Is it all zeros?
#ifndef BASE_ZERO_H
#define BASE_ZERO_H

#include <stdbool.h>
#include <stddef.h>

// True for n == 0, too. As fast as memory can be read; what is not zero is mostly found at once.
bool is_zero(const void *p, size_t n);

#endif
