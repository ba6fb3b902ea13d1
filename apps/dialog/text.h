// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of the command line as dialog(1) reads them.
#ifndef DIALOG_TEXT_H
#define DIALOG_TEXT_H

#include "dialog/options.h"

// \n, blanks, newlines and \Z as the options say. The result is the caller's to free.
char *text_read(const char *s, const struct options *o);

#endif
