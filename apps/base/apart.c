// SPDX-License-Identifier: GPL-2.0-or-later
// A fork, a pipe, and limits that the kernel keeps. The answer begins with a word that says whether
// it is one, or an error; a child that dies has written neither.
#include "base/apart.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MEMORY (2ull << 30) // bytes of addresses; what there is of memory may be less

enum { ANSWER = 0x616e7377, FAILURE = 0x6661696c };

static void put_all(int fd, const void *p, size_t n)
{
	while (n > 0) {
		ssize_t k = write(fd, p, n);

		if (k < 0 && errno != EINTR)
			_exit(1);
		if (k > 0) {
			p = (const char *)p + k;
			n -= (size_t)k;
		}
	}
}

static void limit(unsigned seconds)
{
	struct rlimit cpu = { seconds, seconds + 1 }, none = { 0, 0 };
	int fd FD_AUTO = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	setrlimit(RLIMIT_CPU, &cpu);
	setrlimit(RLIMIT_CORE, &none);
#ifndef __SANITIZE_ADDRESS__ // which needs all the addresses there are
	struct rlimit memory = { MEMORY, MEMORY };

	setrlimit(RLIMIT_AS, &memory);
#endif
	// When memory ends, it is this process that goes.
	if (fd >= 0 && write(fd, "1000", 4) < 0)
		return; // it only makes it likelier
}

static void child(int (*work)(void *, struct buf *, struct err *), void *arg, unsigned seconds,
		  int fd)
{
	struct buf answer = { 0 };
	struct err e = { 0 };
	uint32_t word = ANSWER;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setpgid(0, 0);
	for (int s = 1; s < 32; s++)
		signal(s, SIG_DFL);
	limit(seconds);
	if (work(arg, &answer, &e)) {
		word = FAILURE;
		buf_clear(&answer);
		buf_add(&answer, &e, sizeof e);
	}
	put_all(fd, &word, sizeof word);
	put_all(fd, buf_str(&answer), answer.len);
	_exit(0);
}

// True when the operator wants no more of it, or it says more than it may.
static bool listen_to(int fd, struct buf *said, struct ui *ui)
{
	static const size_t piece = 65536;
	char *text STR_AUTO = mem_alloc(piece);

	for (;;) {
		struct pollfd p = { fd, POLLIN, 0 };
		ssize_t n;

		if (ui_cancelled(ui) || said->len > APART_ANSWER)
			return true;
		if (poll(&p, 1, 100) <= 0)
			continue;
		n = read(fd, text, piece);
		if (n == 0 || (n < 0 && errno != EINTR))
			return false;
		if (n > 0)
			buf_add(said, text, (size_t)n);
	}
}

static int judge(const struct buf *said, int status, struct buf *answer, struct err *e)
{
	uint32_t word = 0;
	struct err own;

	if (said->len >= sizeof word)
		memcpy(&word, said->s, sizeof word);
	if (word == FAILURE && said->len == sizeof word + sizeof own) {
		memcpy(&own, said->s + sizeof word, sizeof own);
		own.text[sizeof own.text - 1] = '\0';
		if (e)
			*e = own;
		return -1;
	}
	if (word == ANSWER && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		buf_add(answer, said->s + sizeof word, said->len - sizeof word);
		return 0;
	}
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU)
		return err_set(e, ETIMEDOUT, "no end was found");
	if (WIFSIGNALED(status))
		return err_set(e, 0, "the process that did it was ended by signal %d",
			       WTERMSIG(status));
	return err_set(e, 0, "the process that did it gave no answer");
}

int apart_run(int (*work)(void *arg, struct buf *answer, struct err *e), void *arg,
	      unsigned seconds, struct buf *answer, struct ui *ui, struct err *e)
{
	struct buf said BUF_AUTO = { 0 };
	int fds[2], status = 0;
	bool enough;
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC))
		return err_set(e, errno, "start a process");
	pid = fork();
	if (pid == 0) {
		close(fds[0]);
		child(work, arg, seconds, fds[1]);
	}
	close(fds[1]);
	if (pid < 0) {
		close(fds[0]);
		return err_set(e, errno, "start a process");
	}
	enough = listen_to(fds[0], &said, ui);
	close(fds[0]);
	if (enough)
		kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (enough && ui_cancelled(ui))
		return err_stopped(e);
	return judge(&said, status, answer, e);
}
