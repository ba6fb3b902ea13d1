// SPDX-License-Identifier: GPL-2.0-or-later
// An engine behind a screen. The engine runs in a thread of its own and leaves what it has to say
// under a lock; the screen looks there four times a second, so that the clock runs on when a dying
// disk makes a read last minutes.
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "salvor/face.h"
#include "salvor/progress.h"

#define STACK (1024 * 1024)

enum {
	ANSWER_DONE = BOX_USER,
	ANSWER_QUESTION,
	ANSWER_BUTTONS, // there are others now
	ANSWER_STOP,
	ANSWER_PAUSE,
	ANSWER_SKIP,
	ANSWER_ENOUGH,
};

struct engine {
	struct ui ui;
	int (*fn)(void *arg, struct ui *ui, struct err *e);
	void *arg;
	struct face *face;
	pthread_mutex_t lock;
	pthread_cond_t answered;

	// under the lock
	struct progress progress;
	const char *question; // NULL: none is open
	char *secret;	      // where its answer goes, when that is a text nobody may see
	size_t secret_size;
	int answer;
	unsigned orders; // set of enum ui_order
	bool cancelled, finished;
	int rc;
	struct err err;

	// the screen's own
	unsigned tick;
	bool rescue; // its buttons are shown
	char percent[32];
};

static const char secret_help[] =
	"It is sent to that server only, and kept in memory until Salvor ends, so that it is asked "
	"for once. It is never written anywhere, nor shown to other programs.";

static void engine_say(struct ui *ui, enum ui_level level, const char *text)
{
	struct engine *g = (struct engine *)ui;

	pthread_mutex_lock(&g->lock);
	progress_say(&g->progress, level, text);
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

static int engine_secret(struct ui *ui, const char *question, char *text, size_t size)
{
	struct engine *g = (struct engine *)ui;
	int answer;

	g->secret = text;
	g->secret_size = size;
	answer = engine_ask(ui, question);
	g->secret = NULL;
	return answer ? 0 : -1;
}

static void engine_progress(struct ui *ui, const struct ui_progress *p)
{
	struct engine *g = (struct engine *)ui;

	pthread_mutex_lock(&g->lock);
	progress_take(&g->progress, p, now_ms());
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

static unsigned engine_orders(struct ui *ui)
{
	struct engine *g = (struct engine *)ui;
	unsigned orders;

	pthread_mutex_lock(&g->lock);
	orders = g->orders;
	g->orders &= ~(unsigned)UI_SKIP;
	pthread_mutex_unlock(&g->lock);
	return orders;
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
	else if (g->progress.is_rescue != g->rescue)
		answer = ANSWER_BUTTONS;
	if (g->progress.is_rescue)
		progress_percent(&g->progress, g->percent, sizeof g->percent);
	pthread_mutex_unlock(&g->lock);
	g->tick++;
	return answer;
}

// What was ordered, for as long as it is being done.
static const char *state(const struct engine *g)
{
	if (g->cancelled)
		return "Stopping: what is under way is being ended cleanly...";
	if (g->orders & UI_ENOUGH)
		return "Ending: the copy is made whole with what there is...";
	if (g->orders & UI_PAUSE)
		return "PAUSED: nothing is read until you press Go on";
	if (g->orders & UI_SKIP)
		return "Skipping ahead as soon as the disk answers...";
	return NULL;
}

static void draw(struct box *b, struct area a)
{
	struct engine *g = b->arg;

	pthread_mutex_lock(&g->lock);
	progress_draw(&g->progress, a, now_ms(), g->tick, state(g));
	pthread_mutex_unlock(&g->lock);
}

// The engine's thread waits, so its text is ours for now.
static bool ask_secret(struct engine *g)
{
	struct box b = { .kind = &box_passwordbox,
			 .title = "Password",
			 .text = g->question,
			 .max = (int)g->secret_size - 1,
			 .stars = true };
	bool ok = face_run(g->face, &b, secret_help) == BOX_OK && b.value && b.value[0];

	if (ok)
		ok = str_copy(g->secret, g->secret_size, b.value);
	if (b.value)
		explicit_bzero((char *)(uintptr_t)b.value, strlen(b.value));
	box_free(&b);
	return ok;
}

static void answer_question(struct engine *g)
{
	bool yes = g->secret ? ask_secret(g)
			     : box_ask(&g->face->env, "Please decide", g->question, NULL, NULL);

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

static void order(struct engine *g, enum ui_order what, bool on)
{
	pthread_mutex_lock(&g->lock);
	g->orders = on ? g->orders | what : g->orders & ~(unsigned)what;
	pthread_mutex_unlock(&g->lock);
}

static bool is_ordered(struct engine *g, enum ui_order what)
{
	bool on;

	pthread_mutex_lock(&g->lock);
	on = g->orders & what;
	pthread_mutex_unlock(&g->lock);
	return on;
}

static void ask_enough(struct engine *g)
{
	char missing[200];

	pthread_mutex_lock(&g->lock);
	progress_missing(&g->progress, missing, sizeof missing);
	pthread_mutex_unlock(&g->lock);
	char *question STR_AUTO = mem_printf(
		"Stop here and keep what has been copied?\n\n" MARK_STRONG "%s" MARK_PLAIN
		"\n\nWhat is missing will be zeros in the copy, and stands in its map.",
		missing);

	if (!box_ask(&g->face->env, "Good enough?", question, "Stop here", "Go on"))
		return;
	order(g, UI_PAUSE, false);
	order(g, UI_ENOUGH, true);
}

static void obey(struct engine *g, int answer)
{
	switch (answer) {
	case ANSWER_QUESTION: answer_question(g); break;
	case ANSWER_BUTTONS: break;
	case ANSWER_PAUSE: order(g, UI_PAUSE, !is_ordered(g, UI_PAUSE)); break;
	case ANSWER_SKIP: order(g, UI_SKIP, true); break;
	case ANSWER_ENOUGH: ask_enough(g); break;
	default:
		if (box_ask(&g->face->env, "Stop?", "Stop what is being done now?", "Stop",
			    "Go on"))
			cancel(g);
	}
}

static const struct box_button plain_buttons[] = { { "Stop", ANSWER_STOP }, { NULL, 0 } };
static const struct box_button going_buttons[] = { { "Pause", ANSWER_PAUSE },
						   { "Skip ahead", ANSWER_SKIP },
						   { "Stop here, keep what we have",
						     ANSWER_ENOUGH },
						   { "Stop for now", ANSWER_STOP },
						   { NULL, 0 } };
static const struct box_button paused_buttons[] = { { "Go on", ANSWER_PAUSE },
						    { "Skip ahead", ANSWER_SKIP },
						    { "Stop here, keep what we have",
						      ANSWER_ENOUGH },
						    { "Stop for now", ANSWER_STOP },
						    { NULL, 0 } };
static const char plain_help[] =
	"The work goes on while this screen is open; the clock in the corner shows that it "
	"lives.\n\n"
	"Stop ends it cleanly: what has been done so far is kept where that is of use, and "
	"nothing is left half written. You are asked first.";
static const char rescue_help[] =
	"What reads well is copied first; places that fail are left for later and then read "
	"in smaller and smaller pieces. Each cell of the map is a part of the disk and shows "
	"the worst that is in it.\n\n"
	"Pause: no more reads, for example to let the disk cool down. Go on takes it back.\n\n"
	"Skip ahead: leave the part of the disk that is being read for later.\n\n"
	"Stop here, keep what we have: ends well with what has been copied. You are told "
	"first what would be missing.\n\n"
	"Stop for now: the same backup, started again, goes on where it was; nothing that was "
	"read is read again.";

// For what is shown now: a rescue has more that can be ordered.
static void choose_buttons(struct engine *g, struct box *b)
{
	pthread_mutex_lock(&g->lock);
	if (g->rescue != g->progress.is_rescue) // the one that asks first: Enter was typed ahead
		b->button = g->progress.is_rescue ? 3 : 0;
	g->rescue = g->progress.is_rescue;
	pthread_mutex_unlock(&g->lock);
	b->buttons = !g->rescue		       ? plain_buttons
		     : is_ordered(g, UI_PAUSE) ? paused_buttons
					       : going_buttons;
	b->title_right = g->rescue ? g->percent : NULL;
	b->hint = g->rescue ? "Tab buttons   Enter go   Esc stop" : "Esc or Enter: stop";
}

static void attend(struct engine *g, const char *title)
{
	struct box b = { .kind = &box_canvas,
			 .title = title,
			 .canvas = draw,
			 .canvas_rows = PROGRESS_ROWS,
			 .canvas_cols = PROGRESS_COLS,
			 .update = update,
			 .update_ms = 250,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX,
			 .arg = g };

	for (;;) {
		choose_buttons(g, &b);
		int answer = face_run(g->face, &b, g->rescue ? rescue_help : plain_help);

		if (answer == ANSWER_DONE)
			break;
		if (g->face->gone)
			cancel(g);
		else
			obey(g, answer);
		if (g->face->gone)
			break;
	}
	box_free(&b);
}

int face_engine(struct face *f, const char *title,
		int (*fn)(void *arg, struct ui *ui, struct err *e), void *arg, struct err *e)
{
	static const struct ui_ops ops = { engine_say,	     engine_ask,    engine_progress,
					   engine_cancelled, engine_orders, engine_ask,
					   engine_secret };
	struct engine g = { .ui = { &ops },
			    .fn = fn,
			    .arg = arg,
			    .face = f,
			    .lock = PTHREAD_MUTEX_INITIALIZER,
			    .answered = PTHREAD_COND_INITIALIZER };
	pthread_attr_t attr;
	pthread_t thread;
	int rc;

	progress_begin(&g.progress, now_ms());
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

	j->login = f->login;
	return face_engine(f, title, run_job, j, &e);
}
