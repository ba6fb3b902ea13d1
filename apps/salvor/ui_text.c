// SPDX-License-Identifier: GPL-2.0-or-later
// The face of the command line: messages and progress on stderr, one line, or two for a copy that
// reads its way round bad places. Orders come as signals.
#include "salvor/cmd.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/size.h"

#define COLUMNS 79

static volatile sig_atomic_t signals, skip, enough;

struct text_ui {
	struct ui ui;
	bool yes, terminal, line_open, second_open; // lines of progress that stand on the terminal
	int64_t begin_ms, last_ms;
	uint64_t begin_done;
	const char *what;
};

static void on_signal(int number)
{
	(void)number;
	if (signals++ >= 3) // the operator means it
		_exit(4);
}

static void on_order(int number)
{
	if (number == SIGUSR1)
		skip = 1;
	else
		enough = 1;
}

// Takes the lines of progress away.
static void end_line(struct text_ui *t)
{
	if (t->second_open)
		fputs("\r\033[K\033[A", stderr);
	if (t->line_open)
		fputs("\r\033[K", stderr);
	t->line_open = t->second_open = false;
}

static void say(struct ui *ui, enum ui_level level, const char *text)
{
	static const char *const prefix[] = { "", "warning: ", "error: " };

	end_line((struct text_ui *)ui);
	fprintf(stderr, "%s%s\n", prefix[level], text);
}

static int decide(struct ui *ui, const char *question)
{
	struct text_ui *t = (struct text_ui *)ui;
	char answer[16];

	if (!isatty(0))
		return -1;
	end_line(t);
	fprintf(stderr, "%s\nType yes to go on: ", question);
	if (!fgets(answer, sizeof answer, stdin))
		return 0;
	return !strcmp(answer, "yes\n");
}

static int ask(struct ui *ui, const char *question)
{
	return ((struct text_ui *)ui)->yes ? 1 : decide(ui, question);
}

// From the terminal itself: standard input may be something else.
static int secret(struct ui *ui, const char *question, char *text, size_t size)
{
	struct termios before, silent;
	FILE *tty = fopen("/dev/tty", "r+e");
	bool ok = tty && !tcgetattr(fileno(tty), &before);

	if (ok) {
		end_line((struct text_ui *)ui);
		silent = before;
		silent.c_lflag &= ~(tcflag_t)ECHO;
		setvbuf(tty, NULL, _IONBF, 0);
		tcsetattr(fileno(tty), TCSAFLUSH, &silent);
		fprintf(tty, "%s ", question);
		ok = fgets(text, (int)size, tty) != NULL;
		tcsetattr(fileno(tty), TCSAFLUSH, &before);
		fputs("\n", tty);
		text[strcspn(text, "\n")] = 0;
	}
	if (tty)
		fclose(tty);
	return ok && *text ? 0 : -1;
}

static void describe(const struct text_ui *t, const struct ui_progress *p, int64_t now,
		     struct buf *line)
{
	double rate = now > t->begin_ms ? (double)(p->done - t->begin_done) * 1000 /
						  (double)(now - t->begin_ms)
					: 0;

	buf_printf(line, "%s: %s", p->what, size_show(p->done).s);
	if (p->total)
		buf_printf(line, " of %s", size_show(p->total).s);
	buf_printf(line, ", %s/s", size_show((uint64_t)rate).s);
	if (rate > 0 && p->total > p->done)
		buf_printf(line, ", %s left",
			   time_show((uint64_t)((double)(p->total - p->done) / rate)).s);
	if (p->bad)
		buf_printf(line, ", %" PRIu64 " B unreadable", p->bad);
}

static void describe_rescue(const struct ui_rescue *r, struct buf *line)
{
	buf_printf(line, "%s", r->phase);
	if (r->used_total)
		buf_printf(line, ", used data %s of %s", size_show(r->used_done).s,
			   size_show(r->used_total).s);
	if (r->places || r->again)
		buf_printf(line, ", %u bad places, %s failed", r->places, size_show(r->again).s);
	if (r->silent_s)
		buf_printf(line, ", last read %s ago", time_show(r->silent_s).s);
	if (r->health)
		buf_printf(line, ", %s", r->health);
}

// Bytes of the text that take so many columns at most.
static int cut(const char *text, int columns)
{
	int n = 0;

	for (; text[n] && columns > 0; columns--)
		for (n++; ((unsigned char)text[n] & 0xc0) == 0x80;)
			n++;
	return n;
}

static void progress(struct ui *ui, const struct ui_progress *p)
{
	struct text_ui *t = (struct text_ui *)ui;
	struct buf line BUF_AUTO = { 0 }, second BUF_AUTO = { 0 };
	int64_t now = now_ms();

	if (t->what != p->what) {
		t->what = p->what;
		t->begin_ms = now;
		t->begin_done = p->done;
	}
	if (now - t->last_ms < (t->terminal ? 200 : 5000))
		return;
	t->last_ms = now;
	describe(t, p, now, &line);
	if (p->rescue)
		describe_rescue(p->rescue, &second);
	if (!t->terminal) {
		fprintf(stderr, "%s%s%s\n", buf_str(&line), second.len ? "; " : "",
			buf_str(&second));
		return;
	}
	end_line(t);
	fprintf(stderr, "%.*s", cut(buf_str(&line), COLUMNS), buf_str(&line));
	if (second.len)
		fprintf(stderr, "\r\n%.*s", cut(buf_str(&second), COLUMNS), buf_str(&second));
	t->line_open = true;
	t->second_open = second.len != 0;
}

static bool cancelled(struct ui *ui)
{
	(void)ui;
	return signals != 0;
}

static unsigned orders(struct ui *ui)
{
	unsigned set = (skip ? UI_SKIP : 0u) | (enough ? UI_ENOUGH : 0u);

	(void)ui;
	skip = 0;
	return set;
}

struct ui *ui_text_begin(bool yes)
{
	static const struct ui_ops ops = { say, ask, progress, cancelled, orders, decide, secret };
	static struct text_ui t;
	struct sigaction on = { .sa_handler = on_signal }, order = { .sa_handler = on_order };

	t = (struct text_ui){ .ui = { &ops }, .yes = yes, .terminal = isatty(2) };
	sigaction(SIGINT, &on, NULL);
	sigaction(SIGTERM, &on, NULL);
	sigaction(SIGHUP, &on, NULL);
	sigaction(SIGUSR1, &order, NULL);
	sigaction(SIGUSR2, &order, NULL);
	return &t.ui;
}
