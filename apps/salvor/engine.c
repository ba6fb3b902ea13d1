// SPDX-License-Identifier: GPL-2.0-or-later
// An engine behind a screen. The engine runs in a thread of its own and leaves what it has to say
// under a lock; the screen looks there four times a second, so that the clock runs on when a dying
// disk makes a read last minutes.
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/size.h"
#include "salvor/face.h"

#define CELL_COLS 74
#define CELL_ROWS 4
#define CELLS (CELL_COLS * CELL_ROWS)
#define MESSAGES 4
#define STACK (1024 * 1024)
#define RATE_MS 3000 // the rate "now" is over this time

enum { ANSWER_DONE = BOX_USER, ANSWER_QUESTION, ANSWER_STOP };

struct engine {
	struct ui ui;
	int (*fn)(void *arg, struct ui *ui, struct err *e);
	void *arg;
	struct face *face;
	pthread_mutex_t lock;
	pthread_cond_t answered;

	// under the lock
	char what[128], message[MESSAGES][200];
	uint64_t done, total, bad;
	bool mapped;
	char cells[CELLS];   // letters of the map, one per part of the disk
	uint64_t cell;	     // bytes of one
	int64_t moved_ms;    // when done last changed
	int64_t phase_ms;    // when what last changed, and
	uint64_t phase_done; // done then
	int64_t mark_ms;     // begin of the span for the rate now, and
	uint64_t mark_done;
	double rate_now;
	const char *question; // NULL: none is open
	int answer;
	bool cancelled, finished;
	int rc;
	struct err err;

	int64_t begin_ms;
	unsigned tick;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void engine_say(struct ui *ui, enum ui_level level, const char *text)
{
	static const char *const prefix[] = { "", "warning: ", "error: " };
	struct engine *g = (struct engine *)ui;

	pthread_mutex_lock(&g->lock);
	memmove(g->message[0], g->message[1], sizeof g->message - sizeof g->message[0]);
	snprintf(g->message[MESSAGES - 1], sizeof g->message[0], "%s%s", prefix[level], text);
	pthread_mutex_unlock(&g->lock);
}

static int engine_ask(struct ui *ui, const char *question)
{
	struct engine *g = (struct engine *)ui;
	int answer;

	pthread_mutex_lock(&g->lock);
	g->question = question;
	g->answer = 0;
	while (g->question && !g->cancelled)
		pthread_cond_wait(&g->answered, &g->lock);
	g->question = NULL;
	answer = g->answer;
	pthread_mutex_unlock(&g->lock);
	return answer;
}

// The letter that matters most in a part of the disk: what is lost, then what is to be tried again,
// then what is left.
static int weight(char letter)
{
	static const char order[] = "+?/*-";
	const char *p = strchr(order, letter);

	return p ? (int)(p - order) : 0;
}

static void fill_cells(struct engine *g, const struct map *m)
{
	g->cell = m->size / CELLS + 1;
	memset(g->cells, 0, sizeof g->cells);
	for (size_t i = 0; i < m->n; i++) {
		uint64_t last = (m->r[i].off + m->r[i].len - 1) / g->cell;

		for (uint64_t k = m->r[i].off / g->cell; k <= last && k < CELLS; k++)
			if (!g->cells[k] || weight((char)m->r[i].state) > weight(g->cells[k]))
				g->cells[k] = (char)m->r[i].state;
	}
}

static void engine_progress(struct ui *ui, const struct ui_progress *p)
{
	struct engine *g = (struct engine *)ui;
	int64_t now = now_ms();

	pthread_mutex_lock(&g->lock);
	// a new phase, or another pass over the same disk
	if (strncmp(g->what, p->what, sizeof g->what - 1) || p->done < g->done) {
		str_copy(g->what, sizeof g->what, p->what);
		g->phase_ms = g->mark_ms = now;
		g->phase_done = g->mark_done = p->done;
		g->rate_now = 0;
	}
	if (p->done != g->done)
		g->moved_ms = now;
	g->done = p->done;
	g->total = p->total;
	g->bad = p->bad;
	if (now - g->mark_ms >= RATE_MS) {
		g->rate_now = (double)(p->done - g->mark_done) * 1000 / (double)(now - g->mark_ms);
		g->mark_ms = now;
		g->mark_done = p->done;
		if (p->map)
			fill_cells(g, p->map);
	} else if (p->map && !g->mapped) {
		fill_cells(g, p->map);
	}
	g->mapped = p->map != NULL;
	pthread_mutex_unlock(&g->lock);
}

static bool engine_cancelled(struct ui *ui)
{
	struct engine *g = (struct engine *)ui;
	bool c;

	pthread_mutex_lock(&g->lock);
	c = g->cancelled;
	pthread_mutex_unlock(&g->lock);
	return c;
}

static void *engine_thread(void *arg)
{
	struct engine *g = arg;
	struct err e = { 0 };
	int rc = g->fn(g->arg, &g->ui, &e);

	pthread_mutex_lock(&g->lock);
	g->rc = rc;
	g->err = e;
	g->finished = true;
	pthread_mutex_unlock(&g->lock);
	return NULL;
}

static int update(struct box *b)
{
	struct engine *g = b->arg;
	int answer = BOX_STAY;

	pthread_mutex_lock(&g->lock);
	if (g->finished)
		answer = ANSWER_DONE;
	else if (g->question)
		answer = ANSWER_QUESTION;
	pthread_mutex_unlock(&g->lock);
	g->tick++;
	return answer;
}

static int draw_map(const struct engine *g, struct area a, int row)
{
	static const struct {
		char state;
		const char *letter;
		enum theme_role role;
	} looks[] = {
		{ '+', "#", THEME_OK },	  { '-', "x", THEME_STOP }, { '?', ".", THEME_DIM },
		{ '*', "-", THEME_WARN }, { '/', "-", THEME_WARN },
	};

	for (unsigned k = 0; k < CELLS; k++)
		for (size_t i = 0; i < sizeof looks / sizeof *looks; i++)
			if (g->cells[k] == looks[i].state)
				area_text(a, row + (int)k / CELL_COLS, (int)k % CELL_COLS,
					  looks[i].role, looks[i].letter);
	area_printf(a, row + CELL_ROWS, 0, THEME_DIM,
		    "# copied  x unreadable  - to be tried again  . not yet   one cell: %s",
		    size_show(g->cell).s);
	return row + CELL_ROWS + 2;
}

static int draw_amount(const struct engine *g, struct area a, int row, int64_t now)
{
	double mean = now > g->phase_ms ? (double)(g->done - g->phase_done) * 1000 /
						  (double)(now - g->phase_ms)
					: 0;
	double rate = g->rate_now > 0 ? g->rate_now : mean;

	if (!g->mapped) {
		area_bar(a, row, g->done, g->total);
		row += 2;
	}
	area_printf(a, row, 0, THEME_TEXT, "done        %s of %s", size_show(g->done).s,
		    size_show(g->total).s);
	area_printf(a, row, 34, THEME_TEXT, "now %s/s", size_show((uint64_t)rate).s);
	area_printf(a, row++, 54, THEME_TEXT, "mean %s/s", size_show((uint64_t)mean).s);
	if (mean > 0 && g->total >= g->done)
		area_printf(a, row, 0, THEME_TEXT, "time left   about %s",
			    time_show((uint64_t)((double)(g->total - g->done) / mean)).s);
	else
		area_text(a, row, 0, THEME_TEXT, "time left   not known yet");
	if (now - g->moved_ms > 3000)
		area_printf(a, row, 34, THEME_WARN, "waiting for the disk for %s",
			    time_show((uint64_t)(now - g->moved_ms) / 1000).s);
	row++;
	if (g->bad)
		area_printf(a, row++, 0, THEME_STOP,
			    "unreadable  %llu bytes (%s): filled with zeros, listed in the map",
			    (unsigned long long)g->bad, size_show(g->bad).s);
	return row + 1;
}

static void draw(struct box *b, struct area a)
{
	struct engine *g = b->arg;
	int64_t now = now_ms();
	int row = 0;

	pthread_mutex_lock(&g->lock);
	area_printf(a, row, 0, THEME_STRONG, "%s", g->what);
	area_printf(a, row, a.cols - 24, THEME_TEXT, "%c  running for %s", "|/-\\"[g->tick % 4],
		    time_show((uint64_t)(now - g->begin_ms) / 1000).s);
	row += 2;
	if (g->mapped)
		row = draw_map(g, a, row);
	if (g->total)
		row = draw_amount(g, a, row, now);
	for (unsigned i = 0; i < MESSAGES; i++)
		if (g->message[i][0])
			area_text(a, row++, 0, THEME_DIM, g->message[i]);
	if (g->cancelled)
		area_text(a, row, 0, THEME_WARN,
			  "Stopping: what is under way is being ended cleanly...");
	pthread_mutex_unlock(&g->lock);
}

static void answer_question(struct engine *g)
{
	bool yes = box_ask(&g->face->env, "Please decide", g->question, NULL, NULL);

	pthread_mutex_lock(&g->lock);
	g->answer = yes;
	g->question = NULL;
	pthread_cond_signal(&g->answered);
	pthread_mutex_unlock(&g->lock);
}

static void cancel(struct engine *g)
{
	pthread_mutex_lock(&g->lock);
	g->cancelled = true;
	pthread_cond_signal(&g->answered);
	pthread_mutex_unlock(&g->lock);
}

static void attend(struct engine *g, const char *title)
{
	static const struct box_button buttons[] = { { "Stop", ANSWER_STOP }, { NULL, 0 } };
	static const char help[] = "The work goes on while this screen is open; the clock in the "
				   "corner shows that it lives.\n\n"
				   "Stop ends it cleanly: what has been done so far is kept where "
				   "that is of use, and nothing is left half "
				   "written. You are asked first.";
	struct box b = { .kind = &box_canvas,
			 .title = title,
			 .buttons = buttons,
			 .canvas = draw,
			 .canvas_rows = 16,
			 .canvas_cols = CELL_COLS,
			 .update = update,
			 .update_ms = 250,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX,
			 .arg = g,
			 .hint = "Esc or Enter: stop" };

	for (;;) {
		int answer = face_run(g->face, &b, help);

		if (answer == ANSWER_DONE)
			break;
		if (g->face->gone)
			cancel(g);
		else if (answer == ANSWER_QUESTION)
			answer_question(g);
		else if (box_ask(&g->face->env, "Stop?", "Stop what is being done now?", "Stop",
				 "Go on"))
			cancel(g);
		if (g->face->gone)
			break;
	}
	box_free(&b);
}

int face_engine(struct face *f, const char *title,
		int (*fn)(void *arg, struct ui *ui, struct err *e), void *arg, struct err *e)
{
	static const struct ui_ops ops = { engine_say, engine_ask, engine_progress,
					   engine_cancelled, NULL };
	struct engine g = { .ui = { &ops },
			    .fn = fn,
			    .arg = arg,
			    .face = f,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .answered = PTHREAD_COND_INITIALIZER,
			    .what = "Starting" };
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	g.begin_ms = g.moved_ms = g.phase_ms = g.mark_ms = now_ms();
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, STACK);
	rc = pthread_create(&thread, &attr, engine_thread, &g);
	pthread_attr_destroy(&attr);
	if (rc)
		return err_set(e, rc, "start the work");
	attend(&g, title);
	pthread_join(thread, NULL);
	*e = g.err;
	return g.rc;
}

static int run_job(void *arg, struct ui *ui, struct err *e)
{
	(void)e; // the job keeps its own
	return job_run(arg, ui);
}

int face_job(struct face *f, const char *title, struct job *j)
{
	struct err e;

	return face_engine(f, title, run_job, j, &e);
}
