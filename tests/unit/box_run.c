// SPDX-License-Identifier: GPL-2.0-or-later
// Boxes on a terminal: each scenario runs in a child on a pseudo terminal, the parent types and
// looks.
#include <poll.h>
#include <pthread.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "box/box.h"
#include "test.h"

#define NO_TERMINAL 99

// What the parent knows of a scenario while it runs.
struct child {
	pid_t pid;
	int master;	  // -1 after a hangup
	char said[65536]; // all it wrote so far
	size_t len;
};

struct scenario {
	const char *name;
	int (*child)(struct box_env *env); // what it returns is the exit status
	void (*parent)(struct child *c);   // NULL: only waits
	int status;
	bool no_size; // a serial line: 0 rows, 0 columns
};

// Reads what comes within ms; false when nothing did.
static bool child_read(struct child *c, int ms)
{
	struct pollfd p = { c->master, POLLIN, 0 };
	ssize_t n;

	if (c->master < 0 || poll(&p, 1, ms) <= 0)
		return false;
	n = read(c->master, c->said + c->len, sizeof c->said - 1 - c->len);
	if (n <= 0)
		return false;
	c->len += (size_t)n;
	c->said[c->len] = 0;
	return true;
}

static bool child_shows(struct child *c, const char *text)
{
	for (int i = 0; i < 100 && !strstr(c->said, text); i++)
		child_read(c, 100);
	return strstr(c->said, text) != NULL;
}

static void child_type(struct child *c, const char *keys)
{
	if (write(c->master, keys, strlen(keys)) < 0)
		perror("pseudo terminal");
}

static bool canonical(int fd)
{
	struct termios t;

	return !tcgetattr(fd, &t) && (t.c_lflag & ICANON) && (t.c_lflag & ECHO);
}

static struct box message(void)
{
	return (struct box){ .kind = &box_msgbox, .title = "Here", .text = "some text" };
}

static int run_message(struct box_env *env)
{
	struct box b = message();
	int answer = box_run(env, &b);

	box_free(&b);
	return answer;
}

static void press_enter(struct child *c)
{
	child_shows(c, "some text");
	child_type(c, "\r");
}

static void press_escape(struct child *c)
{
	child_shows(c, "some text");
	child_type(c, "\033");
}

static void end_by_signal(struct child *c)
{
	child_shows(c, "some text");
	kill(c->pid, SIGTERM);
}

static void hang_up(struct child *c)
{
	child_shows(c, "some text");
	close(c->master);
	c->master = -1;
}

static int run_global_key(struct box_env *env)
{
	struct box b = message();
	int answer;

	env->keys = (const int[]){ KEY_F1, KEY_F3, 0 };
	answer = box_run(env, &b);
	box_free(&b);
	return answer == BOX_KEY && b.key == KEY_F3 ? 50 : answer;
}

static void press_f3(struct child *c)
{
	child_shows(c, "some text");
	child_type(c, "\033OQ\033[13~"); // F2 is nobody's
}

static int run_timeout(struct box_env *env)
{
	struct box b = message();
	int answer;

	b.timeout_ms = 50;
	answer = box_run(env, &b);
	box_free(&b);
	return answer;
}

static int count_to_five(struct box *b)
{
	b->percent += 20;
	return b->percent == 100 ? BOX_USER + 1 : BOX_STAY;
}

static int run_update(struct box_env *env)
{
	struct box b = { .kind = &box_gauge, .update = count_to_five, .update_ms = 10 };
	int answer = box_run(env, &b);

	box_free(&b);
	return answer;
}

static int wake_pipe[2];

static void *engine(void *arg)
{
	usleep(100000);
	return write(wake_pipe[1], "x", 1) == 1 ? arg : NULL;
}

static int take_news(struct box *b)
{
	struct pollfd p = { b->wake_fd, POLLIN, 0 };
	char news;

	if (poll(&p, 1, 0) <= 0)
		return BOX_STAY;
	return read(b->wake_fd, &news, 1) == 1 && news == 'x' ? BOX_USER + 2 : BOX_CANCEL;
}

// An engine in a thread wakes the loop; the update's own clock would take an hour.
static int run_wake(struct box_env *env)
{
	struct box b = { .kind = &box_gauge, .update = take_news, .update_ms = 3600000 };
	pthread_t thread;
	int answer;

	if (pipe(wake_pipe) < 0 || pthread_create(&thread, NULL, engine, NULL))
		return 1;
	b.wake_fd = wake_pipe[0];
	answer = box_run(env, &b);
	pthread_join(thread, NULL);
	box_free(&b);
	return answer;
}

static void tick(struct box_env *env)
{
	static char clock[16];
	int *n = env->arg;

	snprintf(clock, sizeof clock, "tick %d", ++*n);
	env->right = clock;
}

static int run_refresh(struct box_env *env)
{
	int n = 0;

	env->arg = &n;
	env->refresh = tick;
	env->refresh_ms = 20;
	return run_message(env);
}

static void see_ticks(struct child *c)
{
	child_shows(c, "tick 1");
	for (int i = 0; i < 50 && c->len < 200; i++)
		child_read(c, 20);
	usleep(200000);
	child_type(c, "\r");
}

static int run_leave(struct box_env *env)
{
	struct err e;
	bool was_raw = !canonical(0), was_plain;

	box_leave(env);
	was_plain = canonical(0);
	if (box_enter(env, &e) < 0)
		return 1;
	return was_raw && was_plain && !canonical(0) ? run_message(env) : 2;
}

static int run_ask(struct box_env *env)
{
	return box_ask(env, "Sure?", "some text", "Do it", NULL) ? 60 : 61;
}

static void press_d(struct child *c)
{
	child_shows(c, "some text");
	child_type(c, "d");
}

// What is typed ahead goes to the next box, not into nowhere.
static int run_two(struct box_env *env)
{
	struct box b = { .kind = &box_inputbox, .text = "some text" };
	int first = run_message(env), answer = box_run(env, &b);
	bool right = first == BOX_OK && answer == BOX_OK && !strcmp(b.value, "abc");

	box_free(&b);
	return right ? 70 : 71;
}

static void type_ahead(struct child *c)
{
	child_shows(c, "some text");
	child_type(c, "\rabc\r");
}

static int run_size(struct box_env *env)
{
	int answer = run_message(env);

	return answer == BOX_OK ? env->tty.rows + env->tty.cols : 1;
}

static void resize(struct child *c)
{
	struct winsize ws = { .ws_row = 40, .ws_col = 120 };

	child_shows(c, "some text");
	c->len = 0;
	c->said[0] = 0;
	ioctl(c->master, TIOCSWINSZ, &ws);
	child_shows(c, "some text");
	child_type(c, "\r");
}

static void answer_size(struct child *c)
{
	child_shows(c, "\033[6n");
	child_type(c, "\033[30;100R");
	press_enter(c);
}

// The answer comes when nobody waits for it any more.
static void answer_size_late(struct child *c)
{
	child_shows(c, "some text");
	c->len = 0;
	c->said[0] = 0;
	child_type(c, "\033[50;132R");
	press_enter(c);
}

static int run_abort(struct box_env *env)
{
	struct box b = message();

	box_show(env, &b);
	abort();
}

static void see_restored(struct child *c)
{
	int status;

	child_shows(c, "some text");
	waitpid(c->pid, &status, 0);
	CHECK("crash: terminal put back", canonical(c->master));
	CHECK("crash: ended by its signal", WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
	c->pid = -1;
}

static const struct scenario scenarios[] = {
	{ "enter", run_message, press_enter, BOX_OK, false },
	{ "lone escape", run_message, press_escape, BOX_ESC, false },
	{ "SIGTERM", run_message, end_by_signal, BOX_GONE, false },
	{ "hangup", run_message, hang_up, BOX_GONE, false },
	{ "global key", run_global_key, press_f3, 50, false },
	{ "timeout", run_timeout, NULL, BOX_TIMEOUT, false },
	{ "update by the clock", run_update, NULL, BOX_USER + 1, false },
	{ "update by a thread", run_wake, NULL, BOX_USER + 2, false },
	{ "refresh", run_refresh, see_ticks, BOX_OK, false },
	{ "leave and enter", run_leave, press_enter, BOX_OK, false },
	{ "ask: enter is no", run_ask, press_enter, 61, false },
	{ "ask: letter is yes", run_ask, press_d, 60, false },
	{ "typed ahead", run_two, type_ahead, 70, false },
	{ "resized while open", run_size, resize, 40 + 120, false },
	{ "no size: the terminal answers", run_size, answer_size, 30 + 100, true },
	{ "no size: the terminal answers late", run_size, answer_size_late, 50 + 132, true },
	{ "no size: no answer", run_size, press_enter, 24 + 80, true },
	{ "crash", run_abort, see_restored, 0, false },
};

static int run_child(const struct scenario *s)
{
	struct box_env env = { .left = "left", .right = "right" };
	struct err e;
	int status;

	if (box_open(&env, &e) < 0)
		return NO_TERMINAL;
	status = s->child(&env);
	box_close(&env);
	return status;
}

static void run(const struct scenario *s)
{
	struct winsize ws = { .ws_row = s->no_size ? 0 : 24, .ws_col = s->no_size ? 0 : 80 };
	static struct child c;
	int status = 0;

	c.len = 0;
	c.said[0] = 0;
	fflush(stdout);
	c.pid = forkpty(&c.master, NULL, NULL, &ws);
	if (c.pid == 0)
		_exit(run_child(s));
	if (s->parent)
		s->parent(&c);
	if (c.pid < 0)
		return;
	while (child_read(&c, 2000))
		continue;
	waitpid(c.pid, &status, 0);
	CHECK_INT(s->name, WIFEXITED(status) ? WEXITSTATUS(status) : -1, s->status);
	if (c.master >= 0) {
		CHECK(s->name, canonical(c.master));
		close(c.master);
	}
}

int main(void)
{
	setenv("TERM", "xterm", 1);
	setenv("LC_ALL", "C.UTF-8", 1);
	alarm(120);
	for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
		run(&scenarios[i]);
	TEST_END();
}
