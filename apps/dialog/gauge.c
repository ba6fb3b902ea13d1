// SPDX-License-Identifier: GPL-2.0-or-later
#include "dialog/gauge.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "dialog/text.h"

struct gauge {
	int fd;
	struct buf line; // not whole yet
	bool in_text;	 // between XXX and XXX
	int lines;	 // of the text so far, the number counts
	struct buf text;
};

static int update(struct box *b);

int gauge_open(struct request *r, struct err *e)
{
	struct gauge *g;
	// not 0: wake_fd 0 means none, and keys come from the terminal
	int fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);

	if (fd < 0)
		return err_set(e, errno, "--gauge: standard input");
	if (isatty(fd)) {
		close(fd);
		return err_usage(e, "--gauge: reads its progress from a pipe, not from a terminal");
	}
	fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_NONBLOCK);
	g = mem_zero(1, sizeof *g);
	g->fd = fd;
	r->gauge = g;
	r->box.wake_fd = fd;
	r->box.arg = r;
	r->box.update = update;
	return 0;
}

void gauge_close(struct request *r)
{
	if (!r->gauge)
		return;
	close(r->gauge->fd);
	buf_free(&r->gauge->line);
	buf_free(&r->gauge->text);
	free(r->gauge);
	r->gauge = NULL;
}

static void take_percent(struct request *r, const char *line)
{
	struct err e;
	int percent;

	if (!options_number(line, &percent, &e))
		r->box.percent = percent;
}

static void take_line(struct request *r, const char *line)
{
	struct gauge *g = r->gauge;
	const struct options plain = { .cr_wrap = true };

	if (!strcmp(line, "XXX")) {
		if (g->in_text && g->lines > 1) {
			free(r->text);
			r->text = text_read(buf_str(&g->text), &plain);
			r->box.text = r->text;
		}
		g->in_text = !g->in_text;
		g->lines = 0;
		buf_clear(&g->text);
	} else if (!g->in_text || g->lines++ == 0) {
		take_percent(r, line);
	} else {
		buf_printf(&g->text, "%s%s", g->text.len ? "\n" : "", line);
	}
}

static int update(struct box *b)
{
	struct request *r = b->arg;
	char byte;
	ssize_t n;

	while ((n = read(r->gauge->fd, &byte, 1)) == 1) {
		if (byte != '\n') {
			buf_add(&r->gauge->line, &byte, 1);
			continue;
		}
		take_line(r, buf_str(&r->gauge->line));
		buf_clear(&r->gauge->line);
	}
	return n < 0 && (errno == EAGAIN || errno == EINTR) ? BOX_STAY : BOX_OK;
}

// Keys do not end it.
int gauge_run(struct box_env *env, struct request *r)
{
	int answer;

	do
		answer = box_run(env, &r->box);
	while (answer == BOX_ESC);
	return answer;
}
