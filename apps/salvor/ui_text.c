// SPDX-License-Identifier: GPL-2.0-or-later
// The face of the command line: messages and one line of progress on stderr.
#include "salvor/cmd.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/size.h"

static volatile sig_atomic_t signals;

struct text_ui {
	struct ui ui;
	bool yes, terminal, line_open;
	int64_t begin_ms, last_ms;
	uint64_t begin_done;
	const char *what;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void on_signal(int number)
{
	(void)number;
	if (signals++ >= 3) // the operator means it
		_exit(4);
}

static void end_line(struct text_ui *t)
{
	if (t->line_open)
		fputs("\r\033[K", stderr);
	t->line_open = false;
}

static void say(struct ui *ui, enum ui_level level, const char *text)
{
	static const char *const prefix[] = { "", "warning: ", "error: " };

	end_line((struct text_ui *)ui);
	fprintf(stderr, "%s%s\n", prefix[level], text);
}

static int ask(struct ui *ui, const char *question)
{
	struct text_ui *t = (struct text_ui *)ui;
	char answer[16];

	if (t->yes)
		return 1;
	if (!isatty(0))
		return -1;
	end_line(t);
	fprintf(stderr, "%s\nType yes to go on: ", question);
	if (!fgets(answer, sizeof answer, stdin))
		return 0;
	return !strcmp(answer, "yes\n");
}

static void progress(struct ui *ui, const struct ui_progress *p)
{
	struct text_ui *t = (struct text_ui *)ui;
	int64_t now = now_ms();
	char line[160], bad[40] = "", left[40] = "";
	double rate;

	if (t->what != p->what) {
		t->what = p->what;
		t->begin_ms = now;
		t->begin_done = p->done;
	}
	if (now - t->last_ms < (t->terminal ? 200 : 5000))
		return;
	t->last_ms = now;
	rate = now > t->begin_ms
		       ? (double)(p->done - t->begin_done) * 1000 / (double)(now - t->begin_ms)
		       : 0;
	if (p->bad)
		snprintf(bad, sizeof bad, ", %" PRIu64 " B unreadable", p->bad);
	if (rate > 0 && p->total > p->done)
		snprintf(left, sizeof left, ", %s left",
			 time_show((uint64_t)((double)(p->total - p->done) / rate)).s);
	snprintf(line, sizeof line, "%s: %s of %s, %s/s%s%s", p->what, size_show(p->done).s,
		 size_show(p->total).s, size_show((uint64_t)rate).s, left, bad);
	if (t->terminal)
		fprintf(stderr, "\r%.79s\033[K", line);
	else
		fprintf(stderr, "%s\n", line);
	t->line_open = t->terminal;
}

static bool cancelled(struct ui *ui)
{
	(void)ui;
	return signals != 0;
}

struct ui *ui_text_begin(bool yes)
{
	static const struct ui_ops ops = { say, ask, progress, cancelled, NULL };
	static struct text_ui t;
	struct sigaction on = { .sa_handler = on_signal };

	t = (struct text_ui){ .ui = { &ops }, .yes = yes, .terminal = isatty(2) };
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGHUP, &on, NULL);
	return &t.ui;
}
