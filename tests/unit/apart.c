// SPDX-License-Identifier: GPL-2.0-or-later
// Work in a process of its own: its answer, its error, and every way in which it can go wrong
// without its parent noticing more than an error.
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/apart.h"
#include "test.h"

static struct err e;

static int answers(void *arg, struct buf *answer, struct err *err)
{
	(void)err;
	for (int i = 0; i < 100000; i++)
		buf_printf(answer, "%s%d", (const char *)arg, i);
	return 0;
}

static int fails(void *arg, struct buf *answer, struct err *err)
{
	(void)arg;
	buf_puts(answer, "half of it");
	return err_set(err, ENOENT, "thing: look");
}

static int crashes(void *arg, struct buf *answer, struct err *err)
{
	(void)answer;
	(void)err;
	raise(*(int *)arg);
	return 0;
}

static int exits(void *arg, struct buf *answer, struct err *err)
{
	(void)arg;
	(void)answer;
	(void)err;
	_exit(3);
	return 0;
}

static int loops(void *arg, struct buf *answer, struct err *err)
{
	volatile bool more = true;

	(void)arg;
	(void)answer;
	(void)err;
	while (more)
		;
	return 0;
}

static int floods(void *arg, struct buf *answer, struct err *err)
{
	char *piece = mem_zero(1, 1 << 20);

	(void)arg;
	(void)err;
	for (unsigned i = 0; i < 2 + APART_ANSWER / (1 << 20); i++)
		buf_add(answer, piece, 1 << 20);
	return 0;
}

static bool stopped(struct ui *ui)
{
	(void)ui;
	return true;
}

static int run(int (*work)(void *, struct buf *, struct err *), void *arg, struct buf *answer)
{
	memset(&e, 0, sizeof e);
	return apart_run(work, arg, 1, answer, NULL, &e);
}

int main(void)
{
	static const struct ui_ops ops = { .cancelled = stopped };
	struct buf want BUF_AUTO = { 0 }, got BUF_AUTO = { 0 };
	int crash[] = { SIGSEGV, SIGABRT, SIGKILL, SIGFPE };
	struct ui ui = { &ops };
	char text[] = "line ";

	answers(text, &want, NULL);
	CHECK_INT("an answer", run(answers, text, &got), 0);
	CHECK_INT("its length", got.len, want.len);
	CHECK("all of it", got.len == want.len && !memcmp(got.s, want.s, got.len));
	buf_clear(&got);
	CHECK_INT("an error", run(fails, NULL, &got), -1);
	CHECK_STR("its text", e.text, "thing: look: No such file or directory");
	CHECK_INT("its number", e.num, ENOENT);
	for (size_t i = 0; i < sizeof crash / sizeof *crash; i++) {
		CHECK_INT("a crash", run(crashes, &crash[i], &got), -1);
		CHECK("is told", strstr(e.text, "ended by signal"));
	}
	CHECK_INT("an end without an answer", run(exits, NULL, &got), -1);
	CHECK("is told", strstr(e.text, "no answer"));
	CHECK_INT("no end", run(loops, NULL, &got), -1);
	CHECK_INT("is cut", e.num, ETIMEDOUT);
	CHECK_INT("too long an answer", run(floods, NULL, &got), -1);
	CHECK_INT("nothing came of all that", got.len, 0);
	CHECK_INT("the operator stops it", apart_run(loops, NULL, 1, &got, &ui, &e), -1);
	CHECK_INT("and is told so", e.kind, ERR_STOPPED);
	TEST_END();
}
