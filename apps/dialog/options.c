// SPDX-License-Identifier: GPL-2.0-or-later
// The table of options, in the order --help shows them.
#include "dialog/options.h"

#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#define AT(member) (int)offsetof(struct options, member)
#define FLAG(name, member, help)                                                                   \
	{                                                                                          \
		name, OPTION_FLAG, AT(member), NULL, help                                          \
	}
#define TEXT(name, member, arg, help)                                                              \
	{                                                                                          \
		name, OPTION_TEXT, AT(member), arg, help                                           \
	}
#define NUMBER(name, member, arg, help)                                                            \
	{                                                                                          \
		name, OPTION_NUMBER, AT(member), arg, help                                         \
	}
#define ALIAS(name)                                                                                \
	{                                                                                          \
		name, OPTION_ALIAS, 0, NULL, NULL                                                  \
	}
#define NOTHING(name)                                                                              \
	{                                                                                          \
		name, OPTION_NOTHING, 0, NULL, NULL                                                \
	}
#define NOTHING_ARG(name, arg)                                                                     \
	{                                                                                          \
		name, OPTION_NOTHING_ARG, 0, arg, NULL                                             \
	}
#define ACTION(name, help)                                                                         \
	{                                                                                          \
		name, OPTION_ACTION, 0, NULL, help                                                 \
	}

const struct option options_table[] = {
	TEXT("title", title, "TEXT", "in the upper edge of the box"),
	TEXT("backtitle", backtitle, "TEXT", "on the top line of the screen"),
	TEXT("ok-label", ok_label, "TEXT", "instead of OK"),
	TEXT("cancel-label", cancel_label, "TEXT", "instead of Cancel"),
	TEXT("yes-label", yes_label, "TEXT", "instead of Yes"),
	TEXT("no-label", no_label, "TEXT", "instead of No"),
	TEXT("exit-label", exit_label, "TEXT", "instead of Exit (textbox)"),
	FLAG("extra-button", extra_button, "a button more, exit code 3"),
	TEXT("extra-label", extra_label, "TEXT", "instead of Extra"),
	FLAG("help-button", help_button, "a help button, exit code 2, prints HELP and the item"),
	TEXT("help-label", help_label, "TEXT", "instead of Help"),
	FLAG("help-status", help_status, "with the help button: the state of the list too"),
	FLAG("help-tags", help_tags, "with the help button: the tag even with --item-help"),
	FLAG("item-help", item_help, "each item has one argument more, its help"),
	FLAG("no-ok", no_ok, "without OK; Enter still answers it"),
	ALIAS("nook"),
	FLAG("no-cancel", no_cancel, "without Cancel"),
	ALIAS("nocancel"),
	FLAG("defaultno", default_no, "No (Cancel) is lit first"),
	TEXT("default-button", default_button, "NAME",
	     "ok, yes, cancel, no, help or extra is lit first"),
	TEXT("default-item", default_item, "TAG", "where the cursor of a list begins"),
	FLAG("no-items", no_items, "lists have tags only"),
	FLAG("no-tags", no_tags, "tags are not shown, only printed"),
	ALIAS("notags"),
	FLAG("visit-items", visit_items, "Tab walks the list too"),
	FLAG("separate-output", separate_output, "checklist: each tag on a line of its own"),
	TEXT("separator", separator, "TEXT", "between the results of checklists and forms"),
	ALIAS("output-separator"),
	FLAG("quoted", quoted, "quote results for a shell where they need it"),
	FLAG("insecure", insecure, "passwords show a * for each character"),
	NUMBER("max-input", max_input, "BYTES", "limits what can be typed"),
	NUMBER("timeout", timeout, "SECONDS", "ends with 255 when no key comes"),
	NUMBER("sleep", sleep, "SECONDS", "waits after the box"),
	{ "begin", OPTION_BEGIN, AT(begin), "ROW COL", "upper left corner of the box, from 0" },
	FLAG("clear", clear, "clears the screen afterwards"),
	FLAG("keep-window", keep_window, "the next box is drawn over this one"),
	FLAG("and-widget", and_widget, "goes on to the next box after Cancel too"),
	FLAG("print-size", print_size, "prints the size of the box"),
	ACTION("print-maxsize", "prints the size of the screen"),
	FLAG("stdout", to_stdout, "results go to standard output"),
	FLAG("stderr", to_stderr, "results go to standard error (this is so anyway)"),
	NUMBER("output-fd", output_fd, "FD", "results go to this descriptor"),
	FLAG("colors", colors, "\\Z0 to \\Z7, \\Zb \\Zu \\Zr and \\Zn in texts change their looks"),
	FLAG("cr-wrap", cr_wrap, "newlines in texts stay newlines"),
	FLAG("no-collapse", no_collapse, "blanks in texts stay as they are"),
	FLAG("no-nl-expand", no_nl_expand, "\\n in texts is no newline"),
	FLAG("trim", trim, "newlines and blanks in texts become one blank"),
	FLAG("ascii-lines", ascii_lines, "nothing beyond ASCII is drawn"),
	ALIAS("no-lines"),
	ACTION("help", "this text"),
	ACTION("version", "the version, on standard output"),
	ACTION("print-version", "the version, where results go"),
	NOTHING_ARG("aspect", "RATIO"),
	NOTHING_ARG("hline", "TEXT"),
	NOTHING_ARG("hfile", "FILE"),
	NOTHING_ARG("tab-len", "N"),
	NOTHING_ARG("column-separator", "TEXT"),
	NOTHING("beep"),
	NOTHING("beep-after"),
	NOTHING("tab-correct"),
	NOTHING("shadow"),
	NOTHING("no-shadow"),
	NOTHING("scrollbar"),
	NOTHING("no-mouse"),
	NOTHING("no-kill"),
	NOTHING("keep-tite"),
	NOTHING("erase-on-exit"),
	NOTHING("no-hot-list"),
	NOTHING("size-err"),
	NOTHING("cursor-off-label"),
	NOTHING("scale-off"),
	{ NULL, OPTION_NOTHING, 0, NULL, NULL },
};

void options_next_box(struct options *o)
{
	size_t keep = offsetof(struct options, title);

	memset((char *)o + keep, 0, sizeof *o - keep);
}

const struct option *options_find(const char *arg)
{
	if (strncmp(arg, "--", 2))
		return NULL;
	for (const struct option *x = options_table; x->name; x++) {
		if (strcmp(x->name, arg + 2))
			continue;
		while (x->kind == OPTION_ALIAS)
			x--;
		return x;
	}
	return NULL;
}

int options_number(const char *text, int *number, struct err *e)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (!*text || *end || errno || n < INT_MIN || n > INT_MAX)
		return err_usage(e, "\"%s\": not a number", text);
	*number = (int)n;
	return 0;
}

int options_take(struct options *o, const struct option *option, int n, char *const *args,
		 struct err *e)
{
	char *at = (char *)o + option->offset;
	int wants = option->kind == OPTION_BEGIN
			    ? 2
			    : option->kind == OPTION_TEXT || option->kind == OPTION_NUMBER ||
				      option->kind == OPTION_NOTHING_ARG;

	if (n < wants)
		return err_usage(e, "--%s: it needs %s", option->name, option->arg);
	switch (option->kind) {
	case OPTION_FLAG: *(bool *)at = true; break;
	case OPTION_TEXT: *(const char **)at = args[0]; break;
	case OPTION_BEGIN:
		o->with_begin = true;
		if (options_number(args[1], (int *)at + 1, e) < 0)
			return err_prefix(e, "--%s", option->name);
		// fall through
	case OPTION_NUMBER:
		if (options_number(args[0], (int *)at, e) < 0)
			return err_prefix(e, "--%s", option->name);
		break;
	case OPTION_NOTHING:
	case OPTION_NOTHING_ARG:
	case OPTION_ALIAS:
	case OPTION_ACTION: break;
	}
	return wants;
}
