// SPDX-License-Identifier: GPL-2.0-or-later
// dialog: the boxes for scripts, with dialog(1)'s command line, output and exit codes.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "dialog/options.h"
#include "dialog/widgets.h"

#ifndef SALVOR_VERSION
#error "SALVOR_VERSION comes from the Makefile"
#endif

// One run: what the options said so far and what the boxes have answered.
struct run {
	struct options options;
	struct box_env env;
	bool open;	 // the terminal is ours
	struct buf out;	 // results, printed when the terminal is given back
	bool any_result; // of an earlier box
	bool over;	 // the next box keeps this one behind it
};

// The exit code of an answer; scripts may choose others by environment variables.
static int exit_code(int answer, bool item_help)
{
	static const struct {
		int answer;
		const char *name;
		int code;
	} codes[] = {
		{ BOX_OK, "DIALOG_OK", 0 },	   { BOX_CANCEL, "DIALOG_CANCEL", 1 },
		{ BOX_HELP, "DIALOG_HELP", 2 },	   { BOX_EXTRA, "DIALOG_EXTRA", 3 },
		{ BOX_ESC, "DIALOG_ESC", 255 },	   { BOX_TIMEOUT, "DIALOG_TIMEOUT", 255 },
		{ BOX_GONE, "DIALOG_ERROR", 255 },
	};
	const char *set = answer == BOX_HELP && item_help ? getenv("DIALOG_ITEM_HELP") : NULL;
	int code = 255;
	struct err e;

	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
		if (codes[i].answer != answer)
			continue;
		code = codes[i].code;
		set = set ? set : getenv(codes[i].name);
	}
	if (set)
		options_number(set, &code, &e);
	return code & 255;
}

static void help(void)
{
	printf("usage: dialog [OPTION]... --BOX ARGUMENT... [OPTION]... [--BOX ...]\n\n"
	       "Boxes (HEIGHT and WIDTH: 0 as needed, -1 as large as the screen):\n");
	for (const struct widget *w = widgets_table; w->name; w++)
		printf("  --%-13s %s\n", w->name, w->usage);
	printf("\nOptions, for the box that follows:\n");
	for (const struct option *x = options_table; x->name; x++) {
		char name[48];

		if (x->kind == OPTION_ALIAS || !x->help)
			continue;
		snprintf(name, sizeof name, "%s %s", x->name, x->arg ? x->arg : "");
		printf("  --%-22s %s\n", name, x->help);
	}
	printf("\nAccepted, without effect here:");
	for (const struct option *x = options_table; x->name; x++)
		if (x->kind == OPTION_NOTHING || x->kind == OPTION_NOTHING_ARG)
			printf(" --%s", x->name);
	printf("\n\nExit codes: 0 OK or Yes, 1 Cancel or No, 2 Help, 3 Extra,\n"
	       "255 Esc, time out or error.\n");
}

// Where results go.
static int output_fd(const struct options *o)
{
	return o->output_fd ? o->output_fd : o->to_stdout ? STDOUT_FILENO : STDERR_FILENO;
}

static void print(int fd, const struct buf *b)
{
	size_t done = 0;
	ssize_t n;

	while (done < b->len && (n = write(fd, b->s + done, b->len - done)) > 0)
		done += (size_t)n;
}

// What the box is about: the tag or help of the item, the label of the field.
static const char *help_subject(const struct box *b, const struct options *o)
{
	if (b->fields)
		return b->field < b->n_fields ? b->fields[b->field].label : "";
	if (b->chosen >= b->n_items)
		return "";
	if (o->item_help && !o->help_tags)
		return b->items[b->chosen].help;
	return b->items[b->chosen].tag;
}

static void add_help(struct run *run, struct box *b)
{
	const struct options *o = &run->options;
	const struct box_format f = { o->separate_output, o->quoted, o->separator };
	bool state = o->help_status && b->kind != &box_menu;
	bool list = b->kind == &box_checklist || b->kind == &box_radiolist;

	buf_puts(&run->out, "HELP ");
	box_word(&run->out, help_subject(b, o),
		 o->quoted || (state && list && !o->separate_output));
	if (!state)
		return;
	buf_puts(&run->out, list && !o->separate_output ? " " : "\n");
	b->kind->result(b, &f, &run->out);
}

static void add_result(struct run *run, struct box *b, int answer)
{
	const struct options *o = &run->options;
	const struct box_format f = { o->separate_output, o->quoted, o->separator };
	bool printed = answer == BOX_OK || answer == BOX_EXTRA || answer == BOX_HELP;

	if (run->any_result && printed && !o->separate_output)
		buf_puts(&run->out, "\t");
	run->any_result = true;
	if (!printed || !b->kind->result)
		return;
	if (answer == BOX_HELP && (b->items || b->fields))
		add_help(run, b);
	else
		b->kind->result(b, &f, &run->out);
}

static int open_terminal(struct run *run, struct err *e)
{
	run->env.left = run->options.backtitle;
	run->env.ascii = run->options.ascii_lines;
	run->env.bare = true;
	run->env.signals = true;
	if (!run->open && box_open(&run->env, e) < 0)
		return -1;
	run->open = true;
	return 0;
}

static void print_size(struct run *run, const struct box *b)
{
	buf_printf(&run->out, "Size: %d, %d\n", b->frame_rows, b->frame_cols);
}

// One box from the command line. Returns its answer, -1 on error.
static int run_box(struct run *run, const struct widget *w, struct args args, struct err *e)
{
	struct request r;
	int answer = -1;

	if (!request_fill(&r, w, &run->options, args, e) && !open_terminal(run, e)) {
		r.box.over = run->over;
		answer = w->run ? w->run(&run->env, &r) : box_run(&run->env, &r.box);
		if (run->options.print_size)
			print_size(run, &r.box);
		add_result(run, &r.box, answer);
	}
	request_free(&r);
	return answer;
}

// The words of the command line. A word after -- is never an option, whatever it looks like.
struct words {
	char **s;
	bool *option;
	int n;
};

static void words_read(struct words *w, int argc, char **argv)
{
	w->s = mem_zero((size_t)argc, sizeof *w->s);
	w->option = mem_zero((size_t)argc, sizeof *w->option);
	w->n = 0;
	for (int i = 1; i < argc; i++) {
		bool literal = !strcmp(argv[i], "--") && i + 1 < argc;

		i += literal;
		w->option[w->n] = !literal && argv[i][0] == '-' && argv[i][1] == '-' && argv[i][2];
		w->s[w->n++] = argv[i];
	}
}

// How many words from i on are no options.
static int words_plain(const struct words *w, int i)
{
	int n = 0;

	while (i + n < w->n && !w->option[i + n])
		n++;
	return n;
}

static void print_maxsize(struct run *run)
{
	struct winsize ws = { 0 };

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) < 0 && ioctl(STDIN_FILENO, TIOCGWINSZ, &ws) < 0)
		ioctl(STDERR_FILENO, TIOCGWINSZ, &ws);
	buf_printf(&run->out, "MaxSize: %d, %d\n", ws.ws_row, ws.ws_col);
}

// What comes after a box.
static void after_box(struct run *run)
{
	if (run->options.sleep > 0)
		sleep((unsigned)run->options.sleep);
	run->over = run->options.keep_window;
}

// An option that is done at once. True when the run is over with it.
static bool act(struct run *run, const char *name)
{
	if (!strcmp(name, "help")) {
		help();
		return true;
	}
	if (!strcmp(name, "version")) {
		printf("Version: %s (salvor)\n", SALVOR_VERSION);
		return true;
	}
	if (!strcmp(name, "print-maxsize"))
		print_maxsize(run);
	else
		buf_printf(&run->out, "Version: %s (salvor)\n", SALVOR_VERSION);
	return false;
}

// The option at word i. Returns the words it took, -1 on error, 0 when the run is over.
static int take_option(struct run *run, const struct words *w, int i, struct err *e)
{
	const struct option *option = options_find(w->s[i]);
	int taken;

	if (!option)
		return err_usage(e, "%s: unknown option (--help lists them)", w->s[i]);
	if (option->kind == OPTION_ACTION && act(run, option->name))
		return 0;
	taken = options_take(&run->options, option, w->n - i - 1, w->s + i + 1, e);
	return taken < 0 ? -1 : taken + 1;
}

// Whether --and-widget, which stands between two boxes, leads to the next one after this answer.
static bool goes_on(const struct words *w, int i, int answer)
{
	bool and_widget = false;

	for (; i < w->n && !(w->option[i] && widgets_find(w->s[i])); i++)
		and_widget |= w->option[i] && !strcmp(w->s[i], "--and-widget");
	return and_widget && answer != BOX_ESC && answer != BOX_TIMEOUT && answer != BOX_GONE;
}

// Works through the command line. Returns the exit code, -1 on error.
static int work(struct run *run, const struct words *w, struct err *e)
{
	int code = exit_code(BOX_OK, false), taken;

	for (int i = 0; i < w->n; i += taken) {
		const struct widget *widget = w->option[i] ? widgets_find(w->s[i]) : NULL;
		struct args args;
		int answer;

		if (!widget) {
			taken = w->option[i]
					? take_option(run, w, i, e)
					: err_usage(e, "%s: unknown option (--help lists them)",
						    w->s[i]);
			if (taken <= 0)
				return taken < 0 ? -1 : code;
			continue;
		}
		args = (struct args){ words_plain(w, i + 1), w->s + i + 1 };
		taken = args.n + 1;
		answer = run_box(run, widget, args, e);
		if (answer < 0)
			return -1;
		code = exit_code(answer, run->options.item_help);
		after_box(run);
		if (answer != BOX_OK && !goes_on(w, i + taken, answer))
			return code;
		options_next_box(&run->options);
	}
	return code;
}

int main(int argc, char **argv)
{
	struct run run = { 0 };
	struct words words;
	struct err e;
	int code, fd;

	words_read(&words, argc, argv);
	code = words.n ? work(&run, &words, &e) : 0;
	if (!words.n)
		help();
	if (run.open && run.options.clear)
		box_leave(&run.env);
	box_close(&run.env);
	if (code < 0) {
		fprintf(stderr, "dialog: %s\n", e.text);
		code = exit_code(BOX_GONE, false);
	}
	fd = output_fd(&run.options);
	print(fd, &run.out);
	buf_free(&run.out);
	free(words.s);
	free(words.option);
	return code;
}
