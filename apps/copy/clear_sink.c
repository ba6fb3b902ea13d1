// SPDX-License-Identifier: GPL-2.0-or-later
#include "copy/clear_sink.h"

#include <stddef.h>

#include "base/size.h"

#define STEP (64 * MIB)

static struct clear_sink *of(struct ui *ui)
{
	return (struct clear_sink *)((char *)ui - offsetof(struct clear_sink, shown));
}

static int clear_write(struct sink *s, const void *p, size_t n, struct err *e)
{
	return sink_write(((struct clear_sink *)s)->to, p, n, e);
}

static int clear_patch(struct sink *s, uint64_t off, const void *p, size_t n, struct err *e)
{
	return sink_patch(((struct clear_sink *)s)->to, off, p, n, e);
}

static int clear_skip(struct sink *s, uint64_t len, struct err *e)
{
	struct clear_sink *c = (struct clear_sink *)s;

	while (len) {
		uint64_t n = len < STEP ? len : STEP;

		if (ui_cancelled(c->face))
			return err_stopped(e);
		if (sink_skip(c->to, n, e))
			return -1;
		len -= n;
		c->progress.done = c->to->pos;
		ui_progress(c->face, &c->progress);
	}
	return 0;
}

static void say(struct ui *ui, enum ui_level level, const char *text)
{
	struct ui *face = of(ui)->face;

	if (face && face->ops->say)
		face->ops->say(face, level, text);
}

static int ask(struct ui *ui, const char *question)
{
	return ui_ask(of(ui)->face, "%s", question);
}

static void progress(struct ui *ui, const struct ui_progress *p)
{
	struct clear_sink *c = of(ui);

	c->progress.bad = p->bad;
	c->progress.done = c->to->pos;
	ui_progress(c->face, &c->progress);
}

static bool cancelled(struct ui *ui)
{
	return ui_cancelled(of(ui)->face);
}

void clear_sink_begin(struct clear_sink *c, struct sink *to, uint64_t total, struct ui *ui)
{
	static const struct sink_ops ops = { .write = clear_write,
					     .skip = clear_skip,
					     .patch = clear_patch };
	static const struct ui_ops ui_ops = {
		.say = say, .ask = ask, .progress = progress, .cancelled = cancelled
	};

	*c = (struct clear_sink){
		.sink = { &ops, to->pos }, .to = to, .face = ui, .shown = { &ui_ops }
	};
	c->progress = (struct ui_progress){ .what = "writing", .total = total };
}
