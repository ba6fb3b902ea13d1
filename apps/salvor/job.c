// SPDX-License-Identifier: GPL-2.0-or-later
// A job: one run of a command, whoever started it.
#include "salvor/cmd.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/secret.h"

static const struct cmd *const commands[] = {
#define X(n) &cmd_##n,
#include "salvor/list.h"
#undef X
	NULL
};

const struct opt job_common[] = { { "json", OPT_BOOL, offsetof(struct job, json), NULL, NULL,
				    "one JSON object on stdout at the end" },
				  { "plan", OPT_BOOL, offsetof(struct job, plan), NULL, NULL,
				    "show what would be done and stop" },
				  { "yes", OPT_BOOL, offsetof(struct job, yes), NULL, NULL,
				    "answer every confirmation with yes" },
				  { 0 } };

const struct cmd *const *cmd_all(void)
{
	return commands;
}

const struct cmd *cmd_find(const char *name)
{
	for (const struct cmd *const *c = commands; *c; c++)
		if (!strcmp((*c)->name, name))
			return *c;
	return NULL;
}

int job_begin(struct job *j, const struct cmd *cmd, struct err *e)
{
	*j = (struct job){ .cmd = cmd };
	j->settings = mem_zero(1, cmd->settings_size);
	return opt_presets(cmd->opts, j->settings, e);
}

int job_set(struct job *j, const char *name, const char *value, struct err *e)
{
	if (j->cmd->logs_in && opt_has(login_opts, name))
		return opt_set(login_opts, &j->login, name, value, e);
	if (opt_has(job_common, name))
		return opt_set(job_common, j, name, value, e);
	return opt_set(j->cmd->opts, j->settings, name, value, e);
}

int job_arg(struct job *j, const char *text, struct err *e)
{
	if (j->n_args >= JOB_ARGS)
		return err_usage(e, "%s: more than %d arguments", j->cmd->name, JOB_ARGS);
	j->args[j->n_args++] = text;
	return 0;
}

// The face's ui with an ear on it that keeps the warnings for the report.
struct listener {
	struct ui ui;
	struct ui *face;
	struct json warnings;
	struct buf *notes;
};

static void listen_say(struct ui *ui, enum ui_level level, const char *text)
{
	struct listener *l = (struct listener *)ui;

	if (level == UI_WARN) {
		json_text(&l->warnings, NULL, text);
		buf_printf(l->notes, "%s\n", text);
	}
	if (l->face && l->face->ops->say)
		l->face->ops->say(l->face, level, text);
}

static int listen_ask(struct ui *ui, const char *question)
{
	struct ui *face = ((struct listener *)ui)->face;

	return face && face->ops->ask ? face->ops->ask(face, question) : -1;
}

static void listen_progress(struct ui *ui, const struct ui_progress *p)
{
	ui_progress(((struct listener *)ui)->face, p);
}

static bool listen_cancelled(struct ui *ui)
{
	return ui_cancelled(((struct listener *)ui)->face);
}

static unsigned listen_orders(struct ui *ui)
{
	return ui_orders(((struct listener *)ui)->face);
}

static int listen_decide(struct ui *ui, const char *question)
{
	struct ui *face = ((struct listener *)ui)->face;

	return face && face->ops->decide ? face->ops->decide(face, question) : -1;
}

static int listen_secret(struct ui *ui, const char *question, char *text, size_t size)
{
	struct ui *face = ((struct listener *)ui)->face;

	return face && face->ops->secret ? face->ops->secret(face, question, text, size) : -1;
}

int job_check(const struct job *j, struct err *e)
{
	const struct cmd *c = j->cmd;

	if (j->n_args < c->min_args)
		return err_usage(e, "%s: too few arguments: salvor %s %s", c->name, c->name,
				 c->args_help);
	if (j->n_args > c->max_args)
		return err_usage(e, "%s: too many arguments: salvor %s %s", c->name, c->name,
				 c->args_help);
	return 0;
}

int job_run(struct job *j, struct ui *ui)
{
	static const struct ui_ops ops = { listen_say,	     listen_ask,    listen_progress,
					   listen_cancelled, listen_orders, listen_decide,
					   listen_secret };
	struct listener l = { .ui = { &ops }, .face = ui, .notes = &j->notes };
	struct timespec a, b;

	json_begin(&l.warnings, &j->warnings);
	clock_gettime(CLOCK_MONOTONIC, &a);
	log_line("command: %s%s%s", j->cmd->name, j->n_args ? " " : "",
		 j->n_args ? j->args[0] : "");
	if (job_check(j, &j->err) || j->cmd->run(j, &l.ui, &j->err)) {
		j->status = j->err.kind ? j->err.kind : ERR_FAILED;
	} else {
		j->err = (struct err){ 0 }; // an engine may have got over an error
		j->status = j->lossy ? 3 : 0;
	}
	secret_hide_in(j->err.text, sizeof j->err.text);
	clock_gettime(CLOCK_MONOTONIC, &b);
	j->seconds = (uint64_t)(b.tv_sec - a.tv_sec);
	log_line("command: %s: status %d%s%s", j->cmd->name, j->status, j->err.kind ? ": " : "",
		 j->err.kind ? j->err.text : "");
	return j->status;
}

int job_confirm(const struct job *j, struct ui *ui, struct err *e, const char *question, ...)
{
	struct buf text BUF_AUTO = { 0 };
	va_list ap;
	int answer;

	if (j->yes)
		return 0;
	va_start(ap, question);
	buf_vprintf(&text, question, ap);
	va_end(ap);
	answer = ui_ask(ui, "%s", buf_str(&text));
	if (answer < 0)
		return err_usage(e, "%s: %s Confirm it with --yes, or on a terminal", j->cmd->name,
				 buf_str(&text));
	return answer ? 0 : err_stopped(e);
}

void job_json(const struct job *j, struct buf *out)
{
	static const char *const results[] = { "done", "failed", "failed", "lossy", "stopped" };
	struct json w;

	json_begin(&w, out);
	json_object(&w, NULL);
	json_text(&w, "command", j->cmd->name);
	json_text(&w, "result", results[j->status]);
	if (j->fields.len)
		buf_printf(out, ", %s", buf_str(&j->fields));
	json_number(&w, "seconds", j->seconds);
	buf_printf(out, ", \"warnings\": [%s]", buf_str(&j->warnings));
	json_text(&w, "error", j->err.kind ? j->err.text : NULL);
	json_end_object(&w);
	buf_puts(out, "\n");
	secret_hide(out);
}

void job_end(struct job *j)
{
	free(j->settings);
	buf_free(&j->text);
	buf_free(&j->fields);
	buf_free(&j->warnings);
	buf_free(&j->notes);
}
