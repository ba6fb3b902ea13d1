// SPDX-License-Identifier: GPL-2.0-or-later
// The calls of engines to whoever listens.
#include "base/ui.h"

#include <stddef.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"

void ui_say(struct ui *ui, enum ui_level level, const char *fmt, ...)
{
	static const char *const names[] = { "", "warning: ", "error: " };
	struct buf text BUF_AUTO = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	secret_hide(&text);
	log_line("%s%s", names[level], buf_str(&text));
	if (ui && ui->ops->say)
		ui->ops->say(ui, level, buf_str(&text));
}

// method: NULL when nobody is there.
static int put_question(struct ui *ui, int (*method)(struct ui *ui, const char *question),
			const char *fmt, va_list ap)
{
	struct buf text BUF_AUTO = { 0 };
	int answer;

	buf_vprintf(&text, fmt, ap);
	answer = method ? method(ui, buf_str(&text)) : -1;
	log_line("question: %s: %s", buf_str(&text),
		 answer > 0 ? "yes"
		 : answer   ? "nobody to answer"
			    : "no");
	return answer;
}

int ui_ask(struct ui *ui, const char *fmt, ...)
{
	va_list ap;
	int answer;

	va_start(ap, fmt);
	answer = put_question(ui, ui ? ui->ops->ask : NULL, fmt, ap);
	va_end(ap);
	return answer;
}

int ui_decide(struct ui *ui, const char *fmt, ...)
{
	va_list ap;
	int answer;

	va_start(ap, fmt);
	answer = put_question(ui, ui ? ui->ops->decide : NULL, fmt, ap);
	va_end(ap);
	return answer;
}

int ui_secret(struct ui *ui, char *text, size_t size, const char *fmt, ...)
{
	struct buf question BUF_AUTO = { 0 };
	va_list ap;
	int rc;

	va_start(ap, fmt);
	buf_vprintf(&question, fmt, ap);
	va_end(ap);
	*text = 0;
	rc = ui && ui->ops->secret ? ui->ops->secret(ui, buf_str(&question), text, size) : -1;
	log_line("question: %s: %s", buf_str(&question), rc ? "nobody to answer" : "answered");
	return rc;
}

void ui_progress(struct ui *ui, const struct ui_progress *p)
{
	if (ui && ui->ops->progress)
		ui->ops->progress(ui, p);
}

bool ui_cancelled(struct ui *ui)
{
	return ui && ui->ops->cancelled && ui->ops->cancelled(ui);
}

unsigned ui_orders(struct ui *ui)
{
	return ui && ui->ops->orders ? ui->ops->orders(ui) : 0;
}
