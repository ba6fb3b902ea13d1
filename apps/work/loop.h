// SPDX-License-Identifier: GPL-2.0-or-later
// A file as a block device.
#ifndef WORK_LOOP_H
#define WORK_LOOP_H

#include "base/err.h"

// Puts the file behind a free loop device, for reading and writing; its numbers go to *major and
// *minor. Returns a descriptor of the device, -1 on failure. The device lets the file go by itself
// when nothing has it open any more: neither this descriptor nor a device made over it. So a
// killed process leaves none behind.
int loop_attach(const char *file, unsigned *major, unsigned *minor, struct err *e);

#endif
