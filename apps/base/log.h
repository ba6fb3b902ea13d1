// SPDX-License-Identifier: GPL-2.0-or-later
// The log of this run: one line per event with the time, kept in memory (the newest 256 KiB) so
// that it can be shown and saved beside a backup, and written to a file when one was opened.
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/buf.h"
#include "base/err.h"

// Appends to the file from now on (in the image: /var/log/salvor.log). Thread-safe, as are all
// here.
int log_open(const char *path, struct err *e);
void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
// A copy of what is kept, the caller's to free.
char *log_text(void);
// The same of the file, where other runs have written, too; of this run when none was opened.
char *log_all(void);

#endif
