// SPDX-License-Identifier: GPL-2.0-or-later
// Signal handlers only write the signal's number into a pipe that tty_wait reads; those for
// crashes put the terminal back and let the signal do its work.
#include "term/tty.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/clock.h"
#include "term/key.h"

#define ASK_MS 300

static int signal_pipe[2] = { -1, -1 };
// What the handlers need to put back. Set while raw mode is on.
static volatile sig_atomic_t raw_fd = -1, raw_out = -1;
static struct termios raw_saved;

static const int told[] = { SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP };
static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGQUIT };

static void on_told(int sig)
{
	int keep = errno;
	char byte = (char)sig;
	ssize_t n = write(signal_pipe[1], &byte, 1);

	(void)n; // full: enough news wait there already
	errno = keep;
}

static void restore(void)
{
	static const char plain[] = "\033[m\033[?25h\033[?2004l\r\n";
	ssize_t n;

	if (raw_fd < 0)
		return;
	n = write(raw_out, plain, sizeof plain - 1);
	(void)n;
	tcsetattr(raw_fd, TCSANOW, &raw_saved);
	raw_fd = -1;
}

static void on_crash(int sig)
{
	restore();
	raise(sig); // SA_RESETHAND: now the default
}

static int catch_signals(struct err *e)
{
	struct sigaction act = { .sa_handler = on_told, .sa_flags = SA_RESTART }, old;

	if (signal_pipe[0] >= 0)
		return 0;
	if (pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		return err_set(e, errno, "terminal: pipe");
	for (size_t i = 0; i < sizeof told / sizeof *told; i++)
		sigaction(told[i], &act, NULL);
	act.sa_handler = on_crash;
	act.sa_flags = SA_RESETHAND | SA_NODEFER;
	for (size_t i = 0; i < sizeof crashes / sizeof *crashes; i++)
		if (!sigaction(crashes[i], NULL, &old) && old.sa_handler == SIG_DFL)
			sigaction(crashes[i], &act, NULL);
	atexit(restore);
	return 0;
}

// fd when it is a terminal, else /dev/tty.
static int pick(int fd, int flags, bool *own, struct err *e)
{
	*own = false;
	if (isatty(fd))
		return fd;
	fd = open("/dev/tty", flags | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return err_set(e, errno, "/dev/tty: no terminal to talk to");
	*own = true;
	return fd;
}

int tty_open(struct tty *t, bool signals, struct err *e)
{
	*t = (struct tty){ .in = -1, .out = -1, .signals = signals, .rows = 24, .cols = 80 };
	t->caps = term_caps_env();
	t->in = pick(STDIN_FILENO, O_RDONLY, &t->own_in, e);
	if (t->in < 0)
		return -1;
	t->out = pick(STDOUT_FILENO, O_WRONLY, &t->own_out, e);
	if (t->out < 0 || catch_signals(e) < 0 || tty_enter(t, e) < 0) {
		tty_close(t);
		return -1;
	}
	return 0;
}

void tty_close(struct tty *t)
{
	tty_leave(t, false);
	if (t->own_in && t->in >= 0)
		close(t->in);
	if (t->own_out && t->out >= 0)
		close(t->out);
	t->in = t->out = -1;
	t->own_in = t->own_out = false;
}

int tty_enter(struct tty *t, struct err *e)
{
	struct termios raw;

	if (t->raw)
		return 0;
	if (tcgetattr(t->in, &t->saved) < 0)
		return err_set(e, errno, "terminal: reading its mode");
	raw = t->saved;
	raw.c_iflag &= ~(tcflag_t)(ICRNL | INLCR | IGNCR | ISTRIP | IXON);
	raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO | IEXTEN | (t->signals ? 0 : ISIG));
	raw.c_cc[VMIN] = 1;
	raw.c_cc[VTIME] = 0;
	if (tcsetattr(t->in, TCSADRAIN, &raw) < 0)
		return err_set(e, errno, "terminal: setting raw mode");
	raw_saved = t->saved;
	raw_out = t->out;
	raw_fd = t->in;
	t->raw = true;
	if (t->caps.paste)
		tty_write(t, "\033[?2004h", 8);
	tty_measure(t, false);
	return 0;
}

void tty_leave(struct tty *t, bool clear)
{
	char last[32];

	if (!t->raw)
		return;
	t->raw = false;
	if (t->caps.paste)
		tty_write(t, "\033[?2004l", 8);
	if (clear)
		snprintf(last, sizeof last, "\033[m\033[H\033[2J\033[?25h");
	else
		snprintf(last, sizeof last, "\033[m\033[%d;1H\033[K\033[?25h", t->rows);
	tty_write(t, last, strlen(last));
	tcsetattr(t->in, TCSADRAIN, &t->saved);
	raw_fd = -1;
}

void tty_stop(struct tty *t)
{
	struct err e;

	tty_leave(t, false);
	raise(SIGSTOP);
	tty_enter(t, &e); // a terminal that went away meanwhile is seen by the next wait
}

// Sends the cursor as far as it goes and asks where it is. Keys typed meanwhile are lost: that is
// better than having to tell them from an answer in pieces.
static void ask_size(struct tty *t)
{
	static const char question[] = "\0337\033[999;999H\033[6n\0338";
	int64_t end = now_ms() + ASK_MS, left;
	struct pollfd p = { t->in, POLLIN, 0 };
	struct keys k;
	uint8_t byte;

	keys_init(&k);
	tty_write(t, question, sizeof question - 1);
	while ((left = end - now_ms()) > 0) {
		if (poll(&p, 1, (int)left) <= 0 || read(t->in, &byte, 1) != 1)
			return;
		keys_feed(&k, byte);
		for (int key = keys_next(&k); key; key = keys_next(&k)) {
			if (key != KEY_REPORT)
				continue;
			tty_measured(t, k.row, k.col);
			return;
		}
	}
}

void tty_measured(struct tty *t, int rows, int cols)
{
	struct winsize ws = { 0 };

	if (rows < 2 || cols < 10 || rows > 999 || cols > 999)
		return;
	t->rows = ws.ws_row = (unsigned short)rows;
	t->cols = ws.ws_col = (unsigned short)cols;
	t->asked = true;
	ioctl(t->out, TIOCSWINSZ, &ws); // so that a shell started from here knows it too
}

void tty_measure(struct tty *t, bool again)
{
	struct winsize ws = { 0 };

	if (!ioctl(t->out, TIOCGWINSZ, &ws) && ws.ws_row && ws.ws_col && !(again && t->asked)) {
		t->rows = ws.ws_row;
		t->cols = ws.ws_col;
		return;
	}
	if (!t->asked) {
		t->rows = 24;
		t->cols = 80;
	}
	ask_size(t);
}

static unsigned read_signals(void)
{
	unsigned events = 0;
	char sig;

	while (read(signal_pipe[0], &sig, 1) == 1)
		events |= sig == SIGWINCH ? TTY_RESIZED : sig == SIGTSTP ? TTY_STOP : TTY_GONE;
	return events;
}

int tty_wait(struct tty *t, int wake_fd, int ms)
{
	struct pollfd p[3] = {
		{ t->in, POLLIN, 0 },
		{ signal_pipe[0], POLLIN, 0 },
		{ wake_fd > 0 ? wake_fd : -1, POLLIN, 0 },
	};
	unsigned events = 0;
	int n = poll(p, 3, ms);

	if (n < 0)
		return errno == EINTR ? (int)read_signals() : TTY_GONE;
	if (p[0].revents & POLLIN)
		events |= TTY_KEYS;
	else if (p[0].revents)
		events |= TTY_GONE;
	if (p[1].revents)
		events |= read_signals();
	if (p[2].revents)
		events |= TTY_WOKEN;
	return (int)events;
}

bool tty_has_keys(const struct tty *t)
{
	struct pollfd p = { t->in, POLLIN, 0 };

	return poll(&p, 1, 0) > 0 && p.revents & POLLIN;
}

size_t tty_read(struct tty *t, unsigned char *buf, size_t size)
{
	ssize_t n = read(t->in, buf, size);

	if (n > 0)
		return (size_t)n;
	if (n == 0 || (errno != EINTR && errno != EAGAIN))
		on_told(SIGHUP); // end of file on a terminal: it hung up
	return 0;
}

void tty_write(struct tty *t, const void *p, size_t n)
{
	const char *at = p;

	while (n > 0) {
		ssize_t done = write(t->out, at, n);

		if (done < 0 && errno == EAGAIN) {
			struct pollfd out = { t->out, POLLOUT, 0 };

			if (poll(&out, 1, 1000) <= 0)
				return;
		} else if (done < 0 && errno != EINTR) {
			return;
		} else if (done > 0) {
			at += done;
			n -= (size_t)done;
		}
	}
}
