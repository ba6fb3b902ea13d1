// SPDX-License-Identifier: GPL-2.0-or-later
// A small text from somewhere: a path, label:NAME/path, uuid:ID/path, or a URL.
#ifndef SALVOR_SMALL_FILE_H
#define SALVOR_SMALL_FILE_H

#include "base/buf.h"
#include "base/ui.h"
#include "far/login.h"

#define SMALL_FILE_MAX (64 * 1024)

// All of it is added to *out; more than SMALL_FILE_MAX bytes is an error. A URL is tried for a
// minute: a machine that has just started may have no network yet. login may be NULL.
int small_file(const char *where, const struct login *login, struct ui *ui, struct buf *out,
	       struct err *e);

#endif
