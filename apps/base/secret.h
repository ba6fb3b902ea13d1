// SPDX-License-Identifier: GPL-2.0-or-later
// Passwords this process knows: a second line of defence. Nothing is meant to write them down; what
// goes to the log, to reports and to screens far away is looked through for them all the same.
#ifndef BASE_SECRET_H
#define BASE_SECRET_H

#include "base/buf.h"
#include "base/err.h"

#define SECRET_MIN 4 // bytes; what is shorter would be found everywhere

// Thread-safe, all of it.
void secret_add(const char *text);
// Puts "***" in the place of each.
void secret_hide(struct buf *b);
void secret_hide_in(char *text, size_t size);

// The secret as a file that only this user can read and that is gone with this process; for
// programs that want one. -1: no descriptor.
int secret_file(const char *text, char *path, size_t size, struct err *e);

#endif
