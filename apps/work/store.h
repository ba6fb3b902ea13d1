// SPDX-License-Identifier: GPL-2.0-or-later
// The file that takes the changed chunks: in RAM, or on a mounted file system.
#ifndef WORK_STORE_H
#define WORK_STORE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

// Makes it. path NULL: in RAM. disk_size bounds how large it can ever have to be. Its path goes
// to file (256 bytes), its size to *size. An existing file is not touched: then, and after every
// other failure, file is "", so that nobody removes what is not ours.
int store_make(const char *path, uint64_t disk_size, char *file, uint64_t *size, struct err *e);

// A sparse file of `size` bytes for what is written of a new disk, of which `need` bytes will be
// taken, about: beside the store, or in RAM. As above otherwise.
int scratch_make(const char *store, uint64_t size, uint64_t need, char *file, struct err *e);
// Is there room for so many? store: beside it, NULL: in RAM.
int scratch_room(const char *store, uint64_t need, struct err *e);
uint64_t scratch_ram(void); // bytes it may take in RAM
int scratch_remove(const char *file, bool in_ram, struct err *e);

// Removes it.
int store_remove(const char *file, bool in_ram, struct err *e);

// What the store may take in RAM when `available` bytes are free: for tests.
uint64_t store_ram_size(uint64_t available, uint64_t disk_size);

#endif
