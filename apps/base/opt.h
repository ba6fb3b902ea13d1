// SPDX-License-Identifier: GPL-2.0-or-later
// Settings: defined once, then an option of the command line, a form field, a kernel parameter, a
// job key.
#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum opt_type {
	OPT_BOOL,   // bool
	OPT_TEXT,   // const char *, not copied
	OPT_SIZE,   // uint64_t, base/size.h
	OPT_NUMBER, // unsigned
};

struct opt {
	const char *name; // "retries": option --retries; NULL ends a table
	enum opt_type type;
	size_t offset;	    // of the member in the settings struct: offsetof
	const char *arg;    // what --help calls the value, "N"; NULL for OPT_BOOL
	const char *preset; // default as text, NULL: zero
	const char *help;   // one line
};

// Fills the settings with the presets.
int opt_presets(const struct opt *table, void *settings, struct err *e);
bool opt_has(const struct opt *table, const char *name);
// Sets one by its text. Usage error when the name is unknown or the value is no value of its type.
int opt_set(const struct opt *table, void *settings, const char *name, const char *value,
	    struct err *e);

// A table with the settings it fills: a command's own, and those all commands have.
struct opt_group {
	const struct opt *table;
	void *settings;
};

// Takes the options out of argv (--name value, --name=value, --name; `--` ends them); what remains
// is in args, in order. A bare "-" is an argument. Returns how many remain or -1. args needs room
// for argc entries.
int opt_parse(const struct opt_group *groups, unsigned n_groups, int argc, char *const *argv,
	      const char **args, struct err *e);

#endif
