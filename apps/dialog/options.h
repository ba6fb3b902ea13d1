// SPDX-License-Identifier: GPL-2.0-or-later
// The options of the command line: the table, and reading them.
#ifndef DIALOG_OPTIONS_H
#define DIALOG_OPTIONS_H

#include <stdbool.h>

#include "base/err.h"

// What the options say. Those before `title` count for the whole run, the rest for the next box
// only.
struct options {
	const char *backtitle;
	bool ascii_lines;
	bool to_stdout, to_stderr;
	int output_fd; // 0: not given

	const char *title;
	const char *ok_label, *yes_label, *cancel_label, *no_label;
	const char *extra_label, *help_label, *exit_label;
	bool no_ok, no_cancel, extra_button, help_button;
	bool help_status, help_tags, item_help;
	bool default_no;
	const char *default_item, *default_button;
	bool no_items, no_tags, visit_items;
	bool separate_output, quoted;
	const char *separator;
	bool insecure;
	int max_input, timeout, sleep;
	int begin[2]; // row, column; with_begin
	bool with_begin;
	bool clear, keep_window, and_widget;
	bool print_size;
	bool colors, cr_wrap, no_collapse, no_nl_expand, trim;
};

enum option_kind {
	OPTION_FLAG,	    // a bool
	OPTION_TEXT,	    // const char *
	OPTION_NUMBER,	    // int
	OPTION_BEGIN,	    // two numbers
	OPTION_NOTHING,	    // known, changes nothing here
	OPTION_NOTHING_ARG, // the same, with an argument
	OPTION_ALIAS,	    // another spelling of the line above
	OPTION_ACTION,	    // done at once, by main
};

struct option {
	const char *name; // without --
	enum option_kind kind;
	int offset;	 // in struct options
	const char *arg; // as --help shows it, NULL: none
	const char *help;
};

extern const struct option options_table[]; // ends with name NULL

// Forgets what counts for one box only.
void options_next_box(struct options *o);

// The option argv[0] stands for, NULL when there is none of that name. Aliases are followed.
const struct option *options_find(const char *arg);

// Stores it; args are what follows. Returns how many of them it took, -1 on error.
int options_take(struct options *o, const struct option *option, int n, char *const *args,
		 struct err *e);

// A whole number, nothing else.
int options_number(const char *text, int *number, struct err *e);

#endif
