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

static void log_answer(const char *question, int answer)
{
	log_line("question: %s: %s", question,
		 answer > 0 ? "yes"
		 : answer   ? "nobody to answer"
			    : "no");
}

int ui_ask(struct ui *ui, const char *fmt, ...)
{
	struct buf text BUF_AUTO = { 0 };
	va_list ap;
	int answer;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	answer = ui && ui->ops->ask ? ui->ops->ask(ui, buf_str(&text)) : -1;
	log_answer(buf_str(&text), answer);
	return answer;
}

int ui_decide(struct ui *ui, const char *fmt, ...)
{
	struct buf text BUF_AUTO = { 0 };
	va_list ap;
	int answer;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	answer = ui && ui->ops->decide ? ui->ops->decide(ui, buf_str(&text)) : -1;
	log_answer(buf_str(&text), answer);
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
