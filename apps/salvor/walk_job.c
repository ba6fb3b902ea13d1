// SPDX-License-Identifier: GPL-2.0-or-later
// The consoles while a job runs, and when it has ended. All that is known of it stands in its
// folder: it is another process's.
#include "salvor/walk_job.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/json_read.h"
#include "salvor/hands.h"
#include "salvor/progress.h"
#include "salvor/result.h"
#include "salvor/small_file.h"

#define LOOK_MS 200
#define START_S 60 // until the job's process must be there

struct watch {
	struct face *face;
	struct progress progress;
	struct buf line; // the newest
	char step[80];
	unsigned tick;
	time_t begin;
};

// False: there is no such file. Without the newline at its end.
static bool look(const char *name, struct buf *text)
{
	char *path STR_AUTO = mem_printf(JOB_FOLDER "/%s", name);
	struct err e;

	buf_clear(text);
	if (small_file(path, NULL, NULL, text, &e))
		return false;
	while (text->len && text->s[text->len - 1] == '\n')
		text->s[--text->len] = 0;
	return true;
}

// The job's process; 0: it has not said yet.
static pid_t job_pid(void)
{
	struct buf text BUF_AUTO = { 0 };

	return look("pid", &text) ? (pid_t)atol(buf_str(&text)) : 0;
}

// Its exit status; STATUS_RUNNING, or -1 without a job. A process that is gone without a word has
// failed.
static int job_status(time_t begin)
{
	struct buf text BUF_AUTO = { 0 };
	pid_t pid;

	if (!look("status", &text))
		return -1;
	if (atoi(buf_str(&text)) != STATUS_RUNNING)
		return atoi(buf_str(&text));
	pid = job_pid();
	if (pid > 0 ? kill(pid, 0) == 0 || errno != ESRCH : time(NULL) - begin < START_S)
		return STATUS_RUNNING;
	look("status", &text); // its last word may have come in between
	return atoi(buf_str(&text)) == STATUS_RUNNING ? ERR_FAILED : atoi(buf_str(&text));
}

static bool is_serial(void)
{
	const char *name = ttyname(0);

	if (!name || strncmp(name, "/dev/", 5))
		return false;
	name += 5;
	return strncmp(name, "pts/", 4) && !(name[0] == 't' && name[1] == 't' && name[2] == 'y' &&
					     name[3] >= '0' && name[3] <= '9');
}

void job_lines(void)
{
	struct buf line BUF_AUTO = { 0 }, last BUF_AUTO = { 0 }, hands BUF_AUTO = { 0 };
	time_t begin = time(NULL);
	struct pollfd p = { 0, POLLIN, 0 };
	char typed[64];
	int status = job_status(begin);

	if (status != STATUS_RUNNING || !is_serial())
		return;
	puts("An unattended job is running. Enter shows its screen.");
	hands_tell(&hands);
	fputs(buf_str(&hands), stdout);
	do {
		status = job_status(begin);
		if (look("progress", &line) && strcmp(buf_str(&line), buf_str(&last))) {
			puts(buf_str(&line));
			buf_clear(&last);
			buf_puts(&last, buf_str(&line));
		}
		fflush(stdout);
	} while (status == STATUS_RUNNING && poll(&p, 1, LOOK_MS) == 0);
	if (p.revents & POLLIN && read(0, typed, sizeof typed) < 0)
		return;
}

static void take_line(struct watch *w)
{
	struct ui_progress told = { .what = "starting" };
	struct json_value v;
	char what[128] = "starting", command[32] = "";
	uint64_t step = 0, steps = 0;

	if (!look("progress", &w->line) || !json_open(&v, w->line.s, w->line.len))
		return;
	json_get_text(json_find(v, "what"), what, sizeof what);
	json_get_text(json_find(v, "command"), command, sizeof command);
	json_get_number(json_find(v, "done"), &told.done);
	json_get_number(json_find(v, "total"), &told.total);
	json_get_number(json_find(v, "unreadable"), &told.bad);
	json_get_number(json_find(v, "step"), &step);
	json_get_number(json_find(v, "steps"), &steps);
	told.what = what;
	snprintf(w->step, sizeof w->step, "Step %u of %u: %s", (unsigned)step, (unsigned)steps,
		 command);
	progress_take(&w->progress, &told, now_ms());
}

static int update(struct box *b)
{
	struct watch *w = b->arg;

	if (w->tick++ % 4 == 0)
		take_line(w);
	return job_status(w->begin) == STATUS_RUNNING ? BOX_STAY : BOX_USER;
}

static void draw(struct box *b, struct area a)
{
	struct watch *w = b->arg;

	progress_draw(&w->progress, a, now_ms(), w->tick, w->step);
}

static void stop_job(struct face *f)
{
	pid_t pid = job_pid();

	if (pid > 0 && box_ask(&f->env, "Stop?", "Stop the unattended job?", "Stop", "Go on"))
		kill(pid, SIGTERM);
}

static const char running_help[] =
	"This machine was started with an unattended job: nobody needs to press a key. What it "
	"does next, and what happens at its end, stands in the job.\n\n"
	"Stop the job ends it cleanly; it counts as failed then. To dialogs leaves it running: do "
	"not "
	"write to the same disks.";

// False: the operator does not want to wait for its end.
static bool show_running(struct watch *w)
{
	static const struct box_button buttons[] = { { "To dialogs", BOX_OK },
						     { "Stop the job", BOX_EXTRA },
						     { NULL, 0 } };
	struct box b = { .kind = &box_canvas,
			 .title = "Unattended job",
			 .canvas = draw,
			 .canvas_rows = PROGRESS_ROWS,
			 .canvas_cols = PROGRESS_COLS,
			 .update = update,
			 .update_ms = 250,
			 .buttons = buttons,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX,
			 .arg = w };
	int answer;

	progress_begin(&w->progress, now_ms());
	do {
		answer = face_run(w->face, &b, running_help);
		if (answer == BOX_EXTRA)
			stop_job(w->face);
	} while (answer == BOX_EXTRA);
	box_free(&b);
	return answer == BOX_USER;
}

static void show_failed(struct face *f, int status)
{
	static const struct box_button buttons[] = { { "To dialogs", BOX_OK }, { NULL, 0 } };
	struct buf reason BUF_AUTO = { 0 }, text BUF_AUTO = { 0 };

	hands_tell(&text);
	if (!look("reason", &reason))
		buf_puts(&reason, "the process that ran it is gone without a word");
	buf_printf(&text,
		   MARK_STOP
		   "The unattended job %s." MARK_PLAIN
		   "\n\n%s.\n\nNothing more happens by itself, and the machine stays on. "
		   "What to do:\n\n"
		   "- F3 shows the log with every step and what went wrong.\n"
		   "- To dialogs: do by hand what is left; Survey shows disks and findings.\n"
		   "- F2 is a shell; \"salvor job FILE\" runs a job again from there.\n"
		   "- Restart: Finish in the dialogs; the same job begins anew.",
		   status == ERR_STOPPED ? "was stopped" : "FAILED", buf_str(&reason));
	face_text(f, "Unattended job", buf_str(&text), buttons,
		  "The reason stands on every console, in the job's report, and on the server that "
		  "was to be told.");
}

void walk_job(struct face *f)
{
	struct buf final BUF_AUTO = { 0 };
	struct watch w = { .face = f, .begin = time(NULL) };
	int status = job_status(w.begin);

	if (status < 0)
		return;
	if (status == STATUS_RUNNING && !show_running(&w))
		status = -1;
	buf_free(&w.line);
	if (status == STATUS_RUNNING)
		status = job_status(w.begin);
	if (f->gone || status < 0)
		return;
	if (status && status != ERR_UNREADABLE)
		show_failed(f, status);
	else if (look("final", &final) && !strcmp(buf_str(&final), "shell"))
		face_shell(f);
}
