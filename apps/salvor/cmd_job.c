// SPDX-License-Identifier: GPL-2.0-or-later
// salvor job: commands one after the other with nobody in front of the machine. Everything is
// checked before the first begins; the first that fails ends the job, which then stays where it
// is, tells why, and runs the operator's hook.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/run.h"
#include "base/secret.h"
#include "base/cmdline.h"
#include "jobfile/params.h"
#include "salvor/boot.h"
#include "salvor/result.h"
#include "salvor/small_file.h"
#include "salvor/ticker.h"
#include "work/work.h"

#define HOOK_SECONDS 600
#define CONSOLES_S 2 // to show how it ended

struct settings {
	const char *parameters, *state;			   // of the command alone
	const char *result, *status, *final, *post, *fail; // of the job as a whole
};

#define SETTING(member) offsetof(struct settings, member)

static const struct opt opts[] = {
	{ "parameters", OPT_TEXT, SETTING(parameters), "FILE", NULL,
	  "the kernel's command line: what it asks for; the file is removed" },
	{ "state", OPT_TEXT, SETTING(state), "FOLDER", NULL,
	  "keep there how it goes, for consoles and scripts" },
	{ "result", OPT_TEXT, SETTING(result), "DEST", NULL,
	  "status, log and report go there, not beside the first step's DEST" },
	{ "status", OPT_TEXT, SETTING(status), "URL", NULL,
	  "POST a line of progress there every five seconds" },
	{ "final", OPT_TEXT, SETTING(final), "WHAT", "menu",
	  "when all is done and saved: poweroff, reboot, shell or menu" },
	{ "post", OPT_TEXT, SETTING(post), "PROGRAM", NULL,
	  "run it, with arguments, when all is done" },
	{ "fail", OPT_TEXT, SETTING(fail), "PROGRAM", NULL,
	  "run it, with arguments, after a failure" },
	{ 0 }
};
static const struct opt *const wide = opts + 2; // what a job file may say, too

struct unattended {
	struct job *job;
	struct settings *set;
	struct ui *ui;
	struct ticker *ticker;
	const char *name; // of the job file
	struct params params;
	struct jobfile *file, *over; // the job; what beats it
	struct steps steps;
	struct result result;
	struct buf reports; // JSON objects of the steps, with commas
	bool unheard;	    // the server for progress does not know how it ended
	char reason[sizeof((struct err *)0)->text];
};

// The kernel's parameters may hold passwords: their file is gone once it was read.
static int read_parameters(struct unattended *u, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	int rc = small_file(u->set->parameters, NULL, u->ui, &text, e);

	if (rc)
		return -1;
	unlink(u->set->parameters);
	rc = params_read(&u->params, buf_str(&text), e);
	explicit_bzero(text.s, text.len);
	for (const char *p = buf_str(&u->params.notes); *p;) {
		size_t n = strcspn(p, "\n");

		ui_say(u->ui, UI_WARN, "%.*s", (int)n, p);
		p += n + (p[n] == '\n');
	}
	return rc;
}

static void know_password(const char *url)
{
	char *password STR_AUTO = NULL;
	size_t at, len;

	if (!url_password(url, strlen(url), &at, &len))
		return;
	password = mem_printf("%.*s", (int)len, url + at);
	secret_add(password);
}

// What the parameters say of the job as a whole is known before its file is fetched: when that
// fails, somebody waits to be told, too.
static void take_early(struct unattended *u, const struct jobfile *f)
{
	struct err e;

	for (unsigned i = 0; i < f->n; i++) {
		const struct jobfile_line *l = &f->lines[i];

		if (opt_has(wide, l->key))
			opt_set(wide, u->set, l->key, l->whole ? l->whole : l->value, &e);
		else if (opt_has(login_opts, l->key))
			job_set(u->job, l->key, l->value, &e);
	}
}

// The settings as they were written, from the parameters and from the file.
static int read_settings(struct unattended *u, struct err *e)
{
	struct buf text BUF_AUTO = { 0 };
	const struct buf *more = &u->params.settings;
	struct jobfile *into;

	if (u->set->parameters && read_parameters(u, e))
		return -1;
	u->name = u->job->n_args ? u->job->args[0] : u->params.file;
	if (!u->name && !u->params.job)
		return err_usage(e, "job: name a job file");
	into = u->name ? u->over : u->file;
	if (jobfile_parse(into, NULL, buf_str(more), more->len, e))
		return -1;
	take_early(u, into);
	if (!u->name)
		return 0;
	know_password(u->name);
	log_line("job file: %s", u->name);
	if (strstr(u->name, "://") && need_network(u->ui, e))
		return -1;
	return small_file(u->name, &u->job->login, u->ui, &text, e) ||
			       jobfile_parse(u->file, u->name, buf_str(&text), text.len, e)
		       ? -1
		       : 0;
}

static int check_final(const char *final, struct err *e)
{
	static const char *const ways[] = { "menu", "shell", "poweroff", "reboot" };

	for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
		if (!strcmp(final, ways[i]))
			return 0;
	return err_usage(e, "final = %.60s: menu, shell, poweroff and reboot are possible", final);
}

static int check_hook(const char *setting, const char *hook, struct err *e)
{
	const char *argv[JOBFILE_WORDS + 1];
	struct buf store BUF_AUTO = { 0 };

	return hook && jobfile_words(hook, &store, argv, e) ? err_prefix(e, "%s", setting) : 0;
}

// Does anything in it lie on another machine?
static bool is_far(const struct jobfile *f)
{
	for (unsigned i = 0; i < f->n; i++)
		if (strstr(f->lines[i].value, "://"))
			return true;
	return false;
}

// Everything that can be known to be wrong is found here, before anything is done.
static int prepare(struct unattended *u, struct err *e)
{
	struct settings *s = u->set;

	if (read_settings(u, e) ||
	    steps_make(&u->steps, u->name ? u->name : "kernel parameters", u->file, u->over, wide,
		       u->job, e) ||
	    result_place(&u->result, s->result, u->job, &u->steps, e) || check_final(s->final, e) ||
	    check_hook("post", s->post, e) || check_hook("fail", s->fail, e))
		return -1;
	return 0;
}

static void tell_plan(struct unattended *u, struct buf *out)
{
	const struct settings *s = u->set;

	for (unsigned i = 0; i < u->steps.n; i++)
		buf_printf(out, "%u. %s\n%s", i + 1, u->steps.list[i].job.cmd->name,
			   buf_str(&u->steps.list[i].shown));
	if (u->result.base[0])
		buf_printf(out, "result  %s.status, .log, .job.json\n", u->result.base);
	else
		buf_puts(out, "result  nowhere: no step has a file as DEST, and there is no "
			      "\"result = DEST\"\n");
	if (s->status)
		buf_puts(out, "status  is POSTed every five seconds\n");
	if (s->post)
		buf_printf(out, "post    %s\n", s->post);
	if (s->fail)
		buf_printf(out, "fail    %s\n", s->fail);
	buf_printf(out, "final   %s\n", s->final);
}

// What the first step says to it; of the others much depends on what is there by then.
static int plan(struct unattended *u, struct err *e)
{
	struct job *first = &u->steps.list[0].job;

	tell_plan(u, &u->job->text);
	first->plan = true;
	job_run(first, u->ui);
	buf_printf(&u->job->text, "\n%s", buf_str(&first->text));
	if (first->err.kind)
		*e = first->err;
	secret_hide(&u->job->text);
	return first->err.kind ? err_prefix(e, "step 1, %s", first->cmd->name) : 0;
}

static void add_report(struct unattended *u, const struct job *j)
{
	struct buf one BUF_AUTO = { 0 };

	job_json(j, &one);
	while (one.len && one.s[one.len - 1] == '\n')
		one.s[--one.len] = 0;
	buf_printf(&u->reports, "%s%s", u->reports.len ? ", " : "", buf_str(&one));
}

static int run_steps(struct unattended *u, struct err *e)
{
	for (unsigned i = 0; i < u->steps.n; i++) {
		struct job *j = &u->steps.list[i].job;
		int status;

		ticker_step(u->ticker, i + 1, u->steps.n, j->cmd->name, j->yes);
		log_line("job: step %u of %u: %s\n%s", i + 1, u->steps.n, j->cmd->name,
			 buf_str(&u->steps.list[i].shown));
		status = job_run(j, ticker_ui(u->ticker));
		add_report(u, j);
		buf_printf(&u->job->text, "%u. %s: status %d\n%s", i + 1, j->cmd->name, status,
			   buf_str(&j->text));
		u->job->lossy |= status == ERR_UNREADABLE && !j->err.kind;
		if (j->err.kind) {
			*e = j->err;
			return err_prefix(e, "step %u, %s", i + 1, j->cmd->name);
		}
	}
	return 0;
}

// What a hook may want to know is in its environment: nothing is put into its words.
static int run_hook(struct unattended *u, const char *hook, int status, struct err *e)
{
	const char *argv[JOBFILE_WORDS + 1];
	struct buf store BUF_AUTO = { 0 }, why BUF_AUTO = { 0 };
	char *code STR_AUTO = mem_printf("SALVOR_STATUS=%d", status);
	char *result STR_AUTO = mem_printf("SALVOR_RESULT=%s", u->result.base);
	char *reason STR_AUTO = NULL;

	if (!hook)
		return 0;
	buf_puts(&why, u->reason);
	secret_hide(&why);
	reason = mem_printf("SALVOR_REASON=%s", buf_str(&why));
	const char *env[] = { "PATH=/usr/sbin:/usr/bin:/sbin:/bin",
			      "HOME=/root",
			      "TERM=dumb",
			      "LC_ALL=C",
			      code,
			      result,
			      reason,
			      NULL };
	struct run r = { .argv = argv, .env = env, .timeout_s = HOOK_SECONDS };

	if (jobfile_words(hook, &store, argv, e) || run_checked(&r, e))
		return -1;
	return 0;
}

static const char *state_name(int status)
{
	static const char *const names[] = { "done", "failed", "failed", "lossy", "stopped" };

	return names[status >= 0 && status <= 4 ? status : 1];
}

// The report of the whole job, as it stands.
static void report(struct unattended *u, int status, const struct err *err, struct buf *out)
{
	struct job copy = *u->job;

	copy.status = status;
	copy.err = status && status != 3 ? *err : (struct err){ 0 };
	job_json(&copy, out);
}

static void fill_fields(struct unattended *u)
{
	struct json w;

	buf_clear(&u->job->fields);
	json_begin(&w, &u->job->fields);
	json_text(&w, "job", u->name ? u->name : "kernel parameters");
	json_text(&w, "result_base", u->result.base[0] ? u->result.base : NULL);
	json_text(&w, "final", u->set->final);
	buf_printf(&u->job->fields, ", \"steps\": [%s]", buf_str(&u->reports));
	secret_hide(&u->job->fields);
}

static int status_of(const struct unattended *u, int rc, const struct err *e)
{
	return rc ? (int)(e->kind ? e->kind : ERR_FAILED) : u->job->lossy ? 3 : 0;
}

static void keep_reason(struct unattended *u, const struct err *e)
{
	str_copy(u->reason, sizeof u->reason, e->text);
	log_line("job: %s", e->text);
}

// How it stands now, to everybody: files at the destination, consoles, server. A success that
// cannot be saved is none.
static int tell(struct unattended *u, int rc, struct err *e)
{
	struct buf json BUF_AUTO = { 0 };
	struct err sent;
	int status;

	fill_fields(u);
	status = status_of(u, rc, e);
	report(u, status, e, &json);
	if (result_save(&u->result, status, buf_str(&json), u->ui, &sent)) {
		ui_say(u->ui, UI_WARN, "the result could not be saved: %s", sent.text);
		if (!rc) {
			*e = sent;
			rc = err_prefix(e, "the work is done, but its result could not be saved");
			keep_reason(u, e);
		}
		status = status_of(u, rc, e);
	}
	sync();
	u->unheard = !ticker_tell(u->ticker, state_name(status), status,
				  u->reason[0] ? u->reason : NULL);
	result_tell(&u->result, status, u->reason, u->set->final);
	return rc;
}

static void run_fail_hook(struct unattended *u, const struct err *e)
{
	struct err other;

	if (run_hook(u, u->set->fail, status_of(u, -1, e), &other))
		ui_say(u->ui, UI_WARN, "the hook of the failed job: %s", other.text);
}

// What the hooks have said, or that the server for progress was silent, into the files at the
// destination. The end has been told: when the machine is going down already, nothing of it
// changes.
static void save_again(struct unattended *u, int rc, const struct err *e)
{
	struct buf json BUF_AUTO = { 0 };
	struct err other;

	if (ui_cancelled(u->ui))
		return;
	fill_fields(u);
	report(u, status_of(u, rc, e), e, &json);
	result_save(&u->result, status_of(u, rc, e), buf_str(&json), u->ui, &other);
}

// All is told before a hook runs: it may be what switches the machine off.
static int finish(struct unattended *u, int rc, struct err *e)
{
	if (rc)
		keep_reason(u, e);
	rc = tell(u, rc, e);
	if (!rc && run_hook(u, u->set->post, status_of(u, 0, e), e)) {
		rc = err_prefix(e, "post hook");
		keep_reason(u, e);
		rc = tell(u, rc, e);
	}
	if (rc)
		run_fail_hook(u, e);
	if (u->unheard || (rc ? u->set->fail : u->set->post))
		save_again(u, rc, e);
	ticker_end(u->ticker);
	return rc;
}

// Only the rescue system itself is switched off, and not while another console writes to a disk.
static int end_machine(const char *final, struct err *e)
{
	struct run r = { .argv = (const char *const[]){ final, NULL }, .timeout_s = 60 };

	if (strcmp(final, "poweroff") && strcmp(final, "reboot"))
		return 0;
	if (!on_salvor()) {
		log_line("final = %s: this is not Salvor's own system: left running", final);
		return 0;
	}
	int lock FD_AUTO = work_lock(e);

	sleep(CONSOLES_S);
	return lock < 0 || run_checked(&r, e) ? -1 : 0;
}

// A private key that lies on a server: this process has it as a file for as long as it runs.
static int fetch_identities(struct unattended *u, struct err *e)
{
	for (unsigned i = 0; i < u->steps.n; i++) {
		struct step *s = &u->steps.list[i];
		struct buf key BUF_AUTO = { 0 };
		const char *from = s->job.login.identity;
		int rc;

		if (!from || !strstr(from, "://"))
			continue;
		rc = small_file(from, &u->job->login, u->ui, &key, e);
		rc = rc || secret_file(buf_str(&key), s->identity, sizeof s->identity, e);
		s->job.login.identity = s->identity;
		explicit_bzero(key.s, key.len);
		if (rc)
			return err_prefix(e, "identity");
	}
	return 0;
}

static int do_it(struct unattended *u, struct err *e)
{
	int rc;

	u->ticker = ticker_begin(u->ui, u->set->state, u->set->status);
	rc = is_far(u->file) || is_far(u->over) ? need_network(u->ui, e) : 0;
	rc = rc || fetch_identities(u, e) || result_begin(&u->result, u->ui, e) || run_steps(u, e)
		     ? -1
		     : 0;
	rc = finish(u, rc, e);
	return rc ? rc : end_machine(u->set->final, e);
}

// It cannot even begin; consoles and server are told all the same.
static int refuse(struct unattended *u, struct err *e)
{
	struct err other;

	if (u->job->plan)
		return -1;
	u->ticker = ticker_begin(u->ui, u->set->state, u->set->status);
	if (result_place(&u->result, u->set->result, u->job, &u->steps, &other) ||
	    result_begin(&u->result, u->ui, &other))
		u->result.base[0] = 0;
	return finish(u, -1, e);
}

static int run(struct job *j, struct ui *ui, struct err *e)
{
	struct unattended u = { .job = j, .set = j->settings, .ui = ui };
	int rc;

	u.file = mem_zero(1, sizeof *u.file);
	u.over = mem_zero(1, sizeof *u.over);
	u.result.folder = u.set->state;
	if (prepare(&u, e))
		rc = refuse(&u, e);
	else
		rc = j->plan ? plan(&u, e) : do_it(&u, e);
	steps_free(&u.steps);
	jobfile_free(u.file);
	jobfile_free(u.over);
	free(u.file);
	free(u.over);
	params_free(&u.params);
	buf_free(&u.reports);
	return rc;
}

const struct cmd cmd_job = {
	.name = "job",
	.args_help = "[FILE|URL]",
	.help = "commands from a job file, with nobody in front of the machine",
	.opts = opts,
	.settings_size = sizeof(struct settings),
	.max_args = 1,
	.logs_in = true,
	.run = run,
};
