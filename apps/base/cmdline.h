// SPDX-License-Identifier: GPL-2.0-or-later
// The kernel's command line, taken apart as the kernel does it (lib/cmdline.c, next_arg): words
// between white space, double quotes keep white space together and may begin at the word or at the
// value.
#ifndef BASE_CMDLINE_H
#define BASE_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

#define CMDLINE_MAX (64 * 1024) // bytes; of what is longer only the beginning is looked at

struct cmdline_word {
	const char *raw; // as it stands in the text, quotes included
	size_t raw_len;
	char *name, *value; // value NULL: a word without '='; the caller's to free by cmdline_free
};

// The next word at *text, which is moved behind it. False at the end.
bool cmdline_next(const char **text, struct cmdline_word *w);
void cmdline_free(struct cmdline_word *w);

// Appends the text to *out with what is secret replaced by "***": values of parameters with
// "password", "passwd", "passphrase" or "secret" in their names, and what stands between user and @
// in a URL. True when there was something.
bool cmdline_hide(const char *text, struct buf *out);

// In a URL scheme://user:password@...: *at, *len get the password's place. False: there is none.
bool url_password(const char *text, size_t text_len, size_t *at, size_t *len);

#endif
