// SPDX-License-Identifier: GPL-2.0-or-later
// Children: started in a process group of their own, their output collected, the clock and the
// operator watched.
#include "base/run.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"

#define KEEP_OUTPUT (1024 * 1024)

static const char *const plain_env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/",
					 "TERM=dumb", "LC_ALL=C", NULL };

// In the child, which has its parent's memory until exec: nothing in it may be changed. A failure
// is told through `report`.
static void child(const struct run *r, const int fds[3], int report)
{
	sigset_t none;
	int problem;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL); // nobody would wait for it any more
	signal(SIGPIPE, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < 3; i++)
		if (dup2(fds[i], i) < 0)
			goto failed;
	if (r->root && (chroot(r->root) || chdir("/")))
		goto failed;
	execvpe(r->argv[0], (char *const *)(uintptr_t)r->argv,
		(char *const *)(uintptr_t)(r->env ? r->env : plain_env));
failed:
	problem = errno;
	if (write(report, &problem, sizeof problem) < 0)
		_exit(126);
	_exit(127);
}

pid_t run_start(const struct run *r, const int fds[3], struct err *e)
{
	int report[2], problem;
	pid_t pid;

	if (pipe2(report, O_CLOEXEC))
		return err_set(e, errno, "%s: start", r->argv[0]);
	int told FD_AUTO = report[0];

	// no copy of this process, whose other threads would pay for it page by page
	pid = vfork();
	if (!pid)
		child(r, fds, report[1]);
	close(report[1]);
	if (pid < 0)
		return err_set(e, errno, "%s: start", r->argv[0]);
	if (read(told, &problem, sizeof problem) == (ssize_t)sizeof problem) {
		waitpid(pid, NULL, 0);
		return err_set(e, problem, "%s: start%s%s", r->argv[0], r->root ? " in " : "",
			       r->root ? r->root : "");
	}
	return pid;
}

// A file that holds the input: no second pipe to pump, no dead-lock.
static int input_fd(const char *text)
{
	int fd;

	if (!text)
		return open("/dev/null", O_RDONLY | O_CLOEXEC);
	fd = memfd_create("input", MFD_CLOEXEC);
	if (fd < 0)
		return -1;
	for (size_t n = strlen(text); n;) {
		ssize_t k = write(fd, text, n);

		if (k < 0)
			return close(fd), -1;
		text += k;
		n -= (size_t)k;
	}
	lseek(fd, 0, SEEK_SET);
	return fd;
}

// Takes what is in the pipe. False at its end.
static bool take_output(int fd, struct buf *out)
{
	char text[4096];
	ssize_t n = read(fd, text, sizeof text);

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n && out->len < KEEP_OUTPUT)
		buf_add(out, text, (size_t)n);
	return n > 0;
}

// Until the output ends and the child is gone. Returns why it had to be killed, or NULL.
static const char *attend(const struct run *r, pid_t pid, int fd, struct buf *out, int *status)
{
	int64_t end = r->timeout_s ? now_ms() + (int64_t)r->timeout_s * 1000 : INT64_MAX;
	const char *why = NULL;
	bool open = true;

	for (;;) {
		struct pollfd p = { open ? fd : -1, POLLIN, 0 };
		pid_t got;

		if (poll(&p, 1, open ? 100 : 10) > 0 && !take_output(fd, out))
			open = false;
		got = waitpid(pid, status, WNOHANG);
		if (got == pid || (got < 0 && errno != EINTR))
			break;
		if (!why && ui_cancelled(r->ui))
			why = "stopped";
		else if (!why && now_ms() > end)
			why = "no end in time";
		if (why)
			kill(-pid, SIGKILL);
	}
	// what it wrote last; a grandchild that keeps the pipe open is not waited for
	fcntl(fd, F_SETFL, O_NONBLOCK);
	while (open) {
		size_t before = out->len;

		open = take_output(fd, out) && out->len > before;
	}
	return why;
}

static void log_run(const struct run *r, int status, const struct buf *out)
{
	struct buf line BUF_AUTO = { 0 };

	for (const char *const *a = r->argv; *a; a++)
		buf_printf(&line, "%s%s", a == r->argv ? "" : " ", *a);
	log_line("run%s%s: %s: status %d", r->root ? " in " : "", r->root ? r->root : "",
		 buf_str(&line), status);
	for (const char *p = buf_str(out); *p;) {
		size_t n = strcspn(p, "\n");

		log_line("  | %.*s", (int)(n < 400 ? n : 400), p);
		p += n + (p[n] == '\n');
	}
}

int run_program(const struct run *r, int *status, struct err *e)
{
	struct buf own BUF_AUTO = { 0 }, *out = r->out ? r->out : &own;
	int in FD_AUTO = input_fd(r->input), fds[2], raw = 0;
	const char *why;
	pid_t pid;

	if (in < 0 || pipe2(fds, O_CLOEXEC))
		return err_set(e, errno, "%s: start", r->argv[0]);
	int from FD_AUTO = fds[0];

	pid = run_start(r, (const int[]){ in, fds[1], fds[1] }, e);
	close(fds[1]);
	if (pid < 0)
		return -1;
	why = attend(r, pid, from, out, &raw);
	*status = WIFEXITED(raw) ? WEXITSTATUS(raw) : 128 + WTERMSIG(raw);
	if (!r->quiet)
		log_run(r, *status, out);
	if (why && !strcmp(why, "stopped"))
		return err_stopped(e);
	if (why)
		return err_set(e, 0, "%s: killed after %u s: %s", r->argv[0], r->timeout_s, why);
	return 0;
}

int run_checked(const struct run *r, struct err *e)
{
	struct buf own BUF_AUTO = { 0 };
	struct run with = *r;
	const char *text, *line;
	size_t n;
	int status;

	if (!with.out)
		with.out = &own;
	if (run_program(&with, &status, e))
		return -1;
	if (!status)
		return 0;
	text = buf_str(with.out);
	n = strlen(text);
	while (n && (text[n - 1] == '\n' || text[n - 1] == ' '))
		n--;
	for (line = text + n; line > text && line[-1] != '\n'; line--)
		;
	return err_set(e, 0, "%s: ended with status %d: %.*s", r->argv[0], status,
		       (int)(text + n - line), line);
}
