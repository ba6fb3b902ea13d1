// SPDX-License-Identifier: GPL-2.0-or-later
// Lines of JSON while a job runs.
#include "salvor/ticker.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json.h"
#include "base/log.h"
#include "base/run.h"
#include "base/secret.h"

#define RUNNING 99
#define POST_SECONDS 10 // for one line
#define LAST_TRIES 3	// of a line that says how it ended
#define LAST_S 40	// until nobody waits for that any more

struct ticker {
	struct ui ui, *behind;
	const char *folder, *url;
	pthread_t clock, sender;
	bool has_clock, has_sender;
	bool yes; // only the job's own thread looks at it
	pthread_mutex_t lock;
	pthread_cond_t change;

	// under the lock
	unsigned step, steps;
	const char *command;
	char what[160];
	int64_t what_ms;    // since when
	uint64_t what_done; // and with how much
	uint64_t done, total, bad, places;
	unsigned warnings;
	const char *state;
	char reason[500];
	int status;
	char *line;		  // the newest
	unsigned n_lines, n_sent; // so many were made; up to here all is done with
	bool heard;		  // the server has taken the last one that was posted
	bool end;
};

static void say(struct ui *ui, enum ui_level level, const char *text)
{
	struct ticker *t = (struct ticker *)ui;

	pthread_mutex_lock(&t->lock);
	t->warnings += level == UI_WARN;
	pthread_mutex_unlock(&t->lock);
	if (t->behind && t->behind->ops->say)
		t->behind->ops->say(t->behind, level, text);
}

static int ask(struct ui *ui, const char *question)
{
	(void)question;
	return ((struct ticker *)ui)->yes ? 1 : -1;
}

static void progress(struct ui *ui, const struct ui_progress *p)
{
	struct ticker *t = (struct ticker *)ui;

	pthread_mutex_lock(&t->lock);
	if (strcmp(t->what, p->what)) {
		str_copy(t->what, sizeof t->what, p->what);
		t->what_ms = now_ms();
		t->what_done = p->done;
	}
	t->done = p->done;
	t->total = p->total;
	t->bad = p->bad;
	t->places = p->rescue ? p->rescue->places : 0;
	pthread_mutex_unlock(&t->lock);
	ui_progress(t->behind, p);
}

static bool cancelled(struct ui *ui)
{
	return ui_cancelled(((struct ticker *)ui)->behind);
}

static unsigned orders(struct ui *ui)
{
	return ui_orders(((struct ticker *)ui)->behind);
}

static void put_time(struct json *w)
{
	time_t now = time(NULL);
	char text[32];
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &tm);
	json_text(w, "time", text);
}

static void put_amount(const struct ticker *t, struct json *w)
{
	int64_t ms = now_ms() - t->what_ms;
	uint64_t rate = 0;

	if (ms > 0 && t->done > t->what_done)
		rate = (uint64_t)((double)(t->done - t->what_done) * 1000 / (double)ms);
	json_text(w, "what", t->what);
	json_number(w, "done", t->done);
	json_number(w, "total", t->total);
	json_number(w, "unreadable", t->bad);
	json_number(w, "bad_places", t->places);
	json_number(w, "rate", rate);
	if (rate && t->total > t->done)
		json_number(w, "seconds_left", (t->total - t->done) / rate);
	else
		json_null(w, "seconds_left");
}

// The lock is held.
static void make_line(struct ticker *t)
{
	struct buf b = { 0 };
	struct json w;

	json_begin(&w, &b);
	json_object(&w, NULL);
	put_time(&w);
	json_text(&w, "state", t->state);
	json_number(&w, "status", (uint64_t)t->status);
	json_number(&w, "step", t->step);
	json_number(&w, "steps", t->steps);
	json_text(&w, "command", t->command);
	if (t->what[0])
		put_amount(t, &w);
	json_number(&w, "warnings", t->warnings);
	json_text(&w, "reason", t->reason[0] ? t->reason : NULL);
	json_end_object(&w);
	secret_hide(&b);
	free(t->line);
	t->line = buf_take(&b);
	t->n_lines++;
	pthread_cond_broadcast(&t->change);
}

// Nobody ever reads half a line. A folder that is full or gone holds nobody up.
static void save_line(const struct ticker *t, const char *line)
{
	char path[300], part[310];
	FILE *f;

	if (!t->folder)
		return;
	snprintf(path, sizeof path, "%s/progress", t->folder);
	snprintf(part, sizeof part, "%s.part", path);
	f = fopen(part, "we");
	if (!f)
		return;
	fprintf(f, "%s\n", line);
	if (!fclose(f))
		rename(part, path);
}

static void *run_clock(void *arg)
{
	struct ticker *t = arg;
	int64_t next = now_ms();

	pthread_mutex_lock(&t->lock);
	while (!t->end) {
		make_line(t);
		char *line STR_AUTO = mem_dup(t->line);

		pthread_mutex_unlock(&t->lock);
		save_line(t, line);
		pthread_mutex_lock(&t->lock);
		next += TICKER_SECONDS * 1000;
		while (!t->end && clock_wait(&t->change, &t->lock, next))
			;
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

// The address may hold a password: curl is told it where no list of processes shows it.
static int post(const char *url, const char *line, struct err *e)
{
	static const char *const argv[] = { "curl", "-sS", "-f", "-K", "-", NULL };
	struct buf config BUF_AUTO = { 0 };
	struct run r = { .argv = argv, .timeout_s = POST_SECONDS + 5, .quiet = true };

	buf_printf(&config,
		   "max-time = %d\noutput = /dev/null\n"
		   "header = \"Content-Type: application/json\"\nurl = \"",
		   POST_SECONDS);
	for (const char *c = url; *c; c++)
		buf_printf(&config, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
	buf_puts(&config, "\"\ndata-binary = \"");
	for (const char *c = line; *c; c++)
		buf_printf(&config, "%s%c", *c == '"' || *c == '\\' ? "\\" : "", *c);
	buf_puts(&config, "\\n\"\n");
	r.input = buf_str(&config);
	return run_checked(&r, e);
}

static void *run_sender(void *arg)
{
	struct ticker *t = arg;
	unsigned tries = 0;
	bool last;
	struct err e;

	pthread_mutex_lock(&t->lock);
	for (;;) {
		while (t->n_sent == t->n_lines && !t->end)
			pthread_cond_wait(&t->change, &t->lock);
		if (t->n_sent == t->n_lines)
			break;
		unsigned n = t->n_lines;
		char *line STR_AUTO = mem_dup(t->line);

		last = t->status != RUNNING;
		pthread_mutex_unlock(&t->lock);
		bool ok = !post(t->url, line, &e);

		if (!ok && last)
			sleep(1);
		pthread_mutex_lock(&t->lock);
		if (ok != t->heard)
			log_line("status URL: %s", ok ? "takes the lines again" : e.text);
		t->heard = ok;
		if (ok || !last || ++tries >= LAST_TRIES)
			t->n_sent = n;
		pthread_cond_broadcast(&t->change);
	}
	pthread_mutex_unlock(&t->lock);
	return NULL;
}

struct ticker *ticker_begin(struct ui *behind, const char *folder, const char *url)
{
	static const struct ui_ops ops = { say, ask, progress, cancelled, orders, NULL, NULL };
	struct ticker *t = mem_zero(1, sizeof *t);

	*t = (struct ticker){ .ui = { &ops },
			      .behind = behind,
			      .folder = folder,
			      .url = url,
			      .lock = PTHREAD_MUTEX_INITIALIZER,
			      .state = "running",
			      .status = RUNNING,
			      .heard = true };
	clock_cond_init(&t->change);
	t->has_clock = !pthread_create(&t->clock, NULL, run_clock, t);
	t->has_sender = url && !pthread_create(&t->sender, NULL, run_sender, t);
	return t;
}

struct ui *ticker_ui(struct ticker *t)
{
	return &t->ui;
}

void ticker_step(struct ticker *t, unsigned n, unsigned of, const char *command, bool yes)
{
	t->yes = yes;
	pthread_mutex_lock(&t->lock);
	t->step = n;
	t->steps = of;
	t->command = command;
	t->what[0] = 0;
	make_line(t);
	save_line(t, t->line);
	pthread_mutex_unlock(&t->lock);
}

bool ticker_tell(struct ticker *t, const char *state, int status, const char *reason)
{
	int64_t until = now_ms() + LAST_S * 1000;
	unsigned n;

	pthread_mutex_lock(&t->lock);
	t->state = state;
	t->status = status;
	str_copy(t->reason, sizeof t->reason, reason ? reason : "");
	make_line(t);
	save_line(t, t->line);
	n = t->n_lines;
	while (t->has_sender && t->n_sent < n && clock_wait(&t->change, &t->lock, until))
		;
	bool heard = t->heard && (!t->has_sender || t->n_sent >= n);

	pthread_mutex_unlock(&t->lock);
	return heard;
}

void ticker_end(struct ticker *t)
{
	pthread_mutex_lock(&t->lock);
	t->end = true;
	t->n_sent = t->n_lines; // what could be told was told
	pthread_cond_broadcast(&t->change);
	pthread_mutex_unlock(&t->lock);
	if (t->has_clock)
		pthread_join(t->clock, NULL);
	if (t->has_sender)
		pthread_join(t->sender, NULL);
	free(t->line);
	free(t);
}
