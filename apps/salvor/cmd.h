// SPDX-License-Identifier: GPL-2.0-or-later
// Sub-commands. Each has a file cmd_<name>.c and a line in list.h; its settings become options, form fields, job keys.
#ifndef SALVOR_CMD_H
#define SALVOR_CMD_H

#include "base/json.h"
#include "base/opt.h"
#include "base/ui.h"

// What a command leaves for the report: the JSON, filled as far as it came.
struct job {
	const struct cmd *cmd;
	void *settings;			// the command's own struct, filled from its table
	const char *const *args;	// positional arguments
	unsigned n_args;
	bool json, plan, yes;		// --json --plan --yes
	bool lossy;			// done, but some data could not be read (exit status 3)
	struct buf text;		// for people: printed on stdout at the end unless --json
	struct buf fields;		// ready-made JSON members ("\"source\": ..., ...") that go into the object
};

struct cmd {
	const char *name, *args_help, *help;
	const struct opt *opts;		// ends with a NULL name
	size_t settings_size;
	unsigned min_args, max_args;
	int (*run)(struct job *j, struct ui *ui, struct err *e);
};

#define X(n) extern const struct cmd cmd_##n;
#include "salvor/list.h"
#undef X

#endif
