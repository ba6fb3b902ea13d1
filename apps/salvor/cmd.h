// SPDX-License-Identifier: GPL-2.0-or-later
// Sub-commands and the jobs made of them. Each command has a file cmd_<name>.c and a line in
// list.h; its settings become options, form fields, job keys. One engine, several faces: the
// command line (main.c), the dialogs (menu.c).
#ifndef SALVOR_CMD_H
#define SALVOR_CMD_H

#include "base/json.h"
#include "base/opt.h"
#include "base/ui.h"
#include "far/login.h"

#define JOB_ARGS 32

struct cmd;

// One run of a command.
struct job {
	const struct cmd *cmd;
	void *settings;		    // the command's own struct, filled from its table
	const char *args[JOB_ARGS]; // positional arguments, not copied
	unsigned n_args;
	bool json, plan, yes; // --json --plan --yes
	struct login login;   // where a destination or an image lies on another machine

	// what the command fills in, as far as it came
	bool lossy;	   // done, but some data could not be read (exit status 3)
	struct buf text;   // for people: what stdout shows at the end unless --json
	struct buf fields; // JSON members without braces: "\"source\": ..., \"dest\": ..."

	// what job_run fills in
	int status; // the exit status
	uint64_t seconds;
	struct buf warnings; // JSON array members; what was said as UI_WARN
	struct buf notes;    // the same as lines for people
	struct err err;	     // valid when status is not 0 or 3
};

struct cmd {
	const char *name, *args_help, *help;
	const struct opt *opts; // ends with a NULL name; NULL: none of its own
	size_t settings_size;
	unsigned min_args, max_args;
	bool logs_in; // arguments may name places on other machines: takes login_opts, too
	int (*run)(struct job *j, struct ui *ui, struct err *e);
	void (*more)(struct buf *out); // adds what --help says below the options; NULL: nothing
};

const struct cmd *const *cmd_all(void);	      // NULL-terminated
const struct cmd *cmd_find(const char *name); // NULL: no such command

// The settings all commands have; those of struct job.
extern const struct opt job_common[];

// A job with the presets of its command.
int job_begin(struct job *j, const struct cmd *cmd, struct err *e);
int job_set(struct job *j, const char *name, const char *value, struct err *e);
int job_arg(struct job *j, const char *text, struct err *e);
// Are there as many arguments as the command takes? job_run asks it, too.
int job_check(const struct job *j, struct err *e);
// Runs it; returns the exit status: 0 done, 1 failed, 2 usage, 3 lossy, 4 stopped.
int job_run(struct job *j, struct ui *ui);
// Before something that cannot be taken back lightly: 0 when --yes was given (the dialogs have
// asked in their own way by then) or the operator agrees; else a usage error (nobody to answer) or
// stopped.
int job_confirm(const struct job *j, struct ui *ui, struct err *e, const char *question, ...)
	__attribute__((format(printf, 4, 5)));
// The report as one JSON object and a newline.
void job_json(const struct job *j, struct buf *out);
void job_end(struct job *j);

// The faces.
struct ui *ui_text_begin(
	bool yes); // terminal or plain lines on stderr; SIGINT, SIGTERM and SIGHUP cancel, SIGUSR1
		   // is UI_SKIP, SIGUSR2 UI_ENOUGH
// The dialogs, about these disks or image files (n_paths 0: all disks of this machine); returns the
// exit status.
int menu_main(const char *const *paths, unsigned n_paths);

#define X(n) extern const struct cmd cmd_##n;
#include "salvor/list.h"
#undef X

#endif
