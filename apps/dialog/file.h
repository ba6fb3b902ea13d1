// SPDX-License-Identifier: GPL-2.0-or-later
// Files that are shown.
#ifndef DIALOG_FILE_H
#define DIALOG_FILE_H

#include "box/box.h"

// The whole file as a text (NUL bytes and marks become ?), at most the first 16 MiB. NULL on error.
char *file_read(const char *path, struct err *e);

// For struct box.update: reads the file named by b->arg again when it has grown. Once a second.
int file_update(struct box *b);

#endif
