// SPDX-License-Identifier: GPL-2.0-or-later
// A job file as text: lines of `setting = value`, comments on lines of their own that begin with #.
// What the settings mean is known above: this is their order and their spelling.
#ifndef JOBFILE_JOBFILE_H
#define JOBFILE_JOBFILE_H

#include "base/buf.h"
#include "base/err.h"

#define JOBFILE_MAX (64 * 1024) // bytes of a file
#define JOBFILE_LINES 512	// settings in it
#define JOBFILE_KEY 48		// bytes of a setting's name, with its end
#define JOBFILE_WORDS 64	// words of a hook

struct jobfile_line {
	unsigned line;	       // in the file, from 1; 0: from a kernel parameter
	char key[JOBFILE_KEY]; // "max-rate"
	char *value;	       // without blanks at its ends and the password below; never NULL
	char *password;	       // of a URL scheme://user:password@..., its %XX put right; NULL: none
	char *whole;	       // the value with it, as it was written; NULL without a password
};

struct jobfile {
	struct jobfile_line lines[JOBFILE_LINES];
	unsigned n;
};

// Adds the text's settings to *f (which begins zeroed). name: of the file, for messages, or NULL:
// the text comes from kernel parameters. On -1 *f is still to be freed.
int jobfile_parse(struct jobfile *f, const char *name, const char *text, size_t len, struct err *e);
void jobfile_free(struct jobfile *f);

// May this be the name of a setting: small letters, digits, '-' inside?
bool jobfile_is_key(const char *s, size_t len);

// Splits a hook into words as people expect it: blanks between, "..." and '...' keep together, a
// backslash outside of '...' takes the next character as it is. The words lie in *store, argv ends
// with NULL. Nothing is expanded: this is no shell.
int jobfile_words(const char *text, struct buf *store, const char *argv[JOBFILE_WORDS + 1],
		  struct err *e);

#endif
