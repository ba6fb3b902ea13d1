// SPDX-License-Identifier: GPL-2.0-or-later
#include "far/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/run.h"

#define PIPE_SIZE (1 << 20) // bytes: what anybody may ask for
#define WORDS_MAX 4096	    // of what a program says

static void close_end(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

// One of its ends: ours in *ours, its own returned; -1: no more descriptors.
static int end_of(bool pipe_wanted, bool in, int *ours)
{
	int fds[2];

	*ours = -1;
	if (!pipe_wanted)
		return open("/dev/null", (in ? O_RDONLY : O_WRONLY) | O_CLOEXEC);
	if (pipe2(fds, O_CLOEXEC))
		return -1;
	fcntl(fds[0], F_SETPIPE_SZ, PIPE_SIZE); // fewer changes between two programs
	*ours = fds[in ? 1 : 0];
	fcntl(*ours, F_SETFL, O_NONBLOCK);
	return fds[in ? 0 : 1];
}

int stream_begin(struct far_stream *s, const char *const *argv, const char *const *env,
		 unsigned ends, struct err *e)
{
	const struct run program = { .argv = argv, .env = env };
	int in FD_AUTO = -1, out FD_AUTO = -1;

	*s = (struct far_stream){ .in = -1, .out = -1 };
	in = end_of(ends & STREAM_IN, true, &s->in);
	out = end_of(ends & STREAM_OUT, false, &s->out);
	s->words = memfd_create("words", MFD_CLOEXEC);
	if (in >= 0 && out >= 0 && s->words >= 0)
		s->pid = run_start(&program, (const int[]){ in, out, s->words }, e);
	else
		s->pid = err_set(e, errno, "%s: start", argv[0]);
	if (s->pid > 0)
		return 0;
	s->pid = 0;
	close_end(&s->in);
	close_end(&s->out);
	close_end(&s->words);
	return -1;
}

// Until the descriptor is ready: 0; -1 with e.
static int wait_for(int fd, short what, unsigned silence_s, struct ui *ui, struct err *e)
{
	int64_t end = now_ms() + (int64_t)silence_s * 1000;
	struct pollfd p = { fd, what, 0 };

	while (poll(&p, 1, 200) <= 0) {
		if (ui_cancelled(ui))
			return err_stopped(e);
		if (silence_s && now_ms() > end)
			return err_set(e, ETIMEDOUT, "nothing moved for %u s", silence_s);
	}
	return 0;
}

static ssize_t lend(int fd, const void *p, size_t n)
{
	struct iovec v = { (void *)(uintptr_t)p, n };
	ssize_t k = vmsplice(fd, &v, 1, SPLICE_F_NONBLOCK);

	return k < 0 && (errno == EINVAL || errno == ENOSYS) ? write(fd, p, n) : k;
}

static int send(struct far_stream *s, const void *p, size_t n, bool lent, unsigned silence_s,
		struct ui *ui, struct err *e)
{
	while (n) {
		ssize_t k = lent ? lend(s->in, p, n) : write(s->in, p, n);

		if (k > 0) {
			p = (const char *)p + k;
			n -= (size_t)k;
		} else if (k < 0 && errno == EAGAIN) {
			if (wait_for(s->in, POLLOUT, silence_s, ui, e))
				return -1;
		} else if (k < 0 && errno != EINTR) {
			return err_set(e, errno, "write");
		}
	}
	return 0;
}

int stream_write(struct far_stream *s, const void *p, size_t n, unsigned silence_s, struct ui *ui,
		 struct err *e)
{
	return send(s, p, n, false, silence_s, ui, e);
}

int stream_lend(struct far_stream *s, const void *p, size_t n, unsigned silence_s, struct ui *ui,
		struct err *e)
{
	return send(s, p, n, true, silence_s, ui, e);
}

int stream_read(struct far_stream *s, void *p, size_t *n, unsigned silence_s, struct ui *ui,
		struct err *e)
{
	for (;;) {
		ssize_t k = read(s->out, p, *n);

		if (k >= 0) {
			*n = (size_t)k;
			return 0;
		}
		if (errno == EAGAIN) {
			if (wait_for(s->out, POLLIN, silence_s, ui, e))
				return -1;
		} else if (errno != EINTR) {
			return err_set(e, errno, "read");
		}
	}
}

bool stream_has(const struct far_stream *s)
{
	struct pollfd p = { s->out, POLLIN, 0 };

	return poll(&p, 1, 0) > 0;
}

// The last of what it said, without what would move a cursor.
static void take_words(struct far_stream *s, struct buf *words)
{
	char text[WORDS_MAX];
	off_t size = lseek(s->words, 0, SEEK_END);
	ssize_t n = pread(s->words, text, sizeof text, size > WORDS_MAX ? size - WORDS_MAX : 0);

	for (ssize_t i = 0; words && i < n; i++) {
		char c = text[i];

		if (c != '\r' && ((unsigned char)c >= ' ' || c == '\n') && c != 127)
			buf_add(words, &c, 1);
	}
}

static int reap(struct far_stream *s, struct buf *words, int raw)
{
	int status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);

	take_words(s, words);
	close_end(&s->words);
	s->pid = 0;
	return status;
}

int stream_end(struct far_stream *s, unsigned wait_s, struct ui *ui, struct buf *words)
{
	int64_t end = now_ms() + (int64_t)wait_s * 1000;
	int raw = 0;
	pid_t got;

	if (!s->pid)
		return 0;
	close_end(&s->in);
	close_end(&s->out);
	while ((got = waitpid(s->pid, &raw, WNOHANG)) != s->pid) {
		if (got < 0 && errno != EINTR)
			break;
		if (now_ms() > end || ui_cancelled(ui)) {
			kill(-s->pid, SIGKILL);
			waitpid(s->pid, &raw, 0);
			break;
		}
		usleep(2000);
	}
	return reap(s, words, raw);
}

void stream_kill(struct far_stream *s, struct buf *words)
{
	int raw = 0;

	if (!s->pid)
		return;
	kill(-s->pid, SIGKILL);
	close_end(&s->in);
	close_end(&s->out);
	waitpid(s->pid, &raw, 0);
	reap(s, words, raw);
}
