// SPDX-License-Identifier: GPL-2.0-or-later
// From settings to steps.
#include "salvor/steps.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

// Names of arguments as --help has them: alternatives between " | ", each words between blanks.
struct args_help {
	const char *p;
};

// The next word as a name: "SOURCE" source, "[DISK...]" disk (many), "DISK|survivor" disk, "open"
// action. False at the end of the alternative.
static bool next_name(struct args_help *h, char *name, size_t size, bool *many)
{
	size_t n, len = 0;
	const char *p = h->p;

	while (*p == ' ')
		p++;
	if (!*p || *p == '|')
		return false;
	n = strcspn(p, " ");
	*many = memmem(p, n, "...", 3) != NULL;
	h->p = p + n;
	if (islower((unsigned char)*p)) {
		snprintf(name, size, "action");
		return true;
	}
	for (size_t i = *p == '['; i < n && isupper((unsigned char)p[i]) && len + 1 < size; i++)
		name[len++] = (char)tolower((unsigned char)p[i]);
	name[len] = 0;
	return true;
}

static bool next_alternative(struct args_help *h)
{
	const char *bar = strchr(h->p, '|');

	while (bar && bar[1] != ' ') // "DISK|survivor" is one word
		bar = strchr(bar + 1, '|');
	h->p = bar ? bar + 1 : "";
	return bar != NULL;
}

static bool is_argument(const struct cmd *c, const char *key, bool *many)
{
	struct args_help h = { c->args_help };
	char name[24];

	do
		while (next_name(&h, name, sizeof name, many))
			if (!strcmp(name, key))
				return true;
	while (next_alternative(&h));
	return false;
}

static bool is_login(const char *key)
{
	return opt_has(login_opts, key) || !strcmp(key, "password");
}

static bool has_option(const struct cmd *c, const char *key)
{
	return opt_has(c->opts, key) || opt_has(job_common, key) || (c->logs_in && is_login(key));
}

static bool fits(const struct step *s, const char *key)
{
	bool many;

	return is_argument(s->job.cmd, key, &many) || has_option(s->job.cmd, key);
}

const char *step_named(const struct step *s, const char *key)
{
	for (unsigned i = 0; i < s->n_named; i++)
		if (!strcmp(s->named[i].key, key))
			return s->named[i].value;
	return NULL;
}

static int at_line(const struct steps *s, const struct jobfile_line *l, struct err *e)
{
	return l->line ? err_prefix(e, "%s line %u", s->name, l->line)
		       : err_prefix(e, "kernel parameter salvor.%s", l->key);
}

// One that can stand several times is added, another replaces what was given before.
static int set_argument(struct step *s, const struct jobfile_line *l, bool many, struct err *e)
{
	for (unsigned i = 0; i < s->n_named && !many; i++) {
		if (!strcmp(s->named[i].key, l->key)) {
			s->named[i].value = l->value;
			return 0;
		}
	}
	if (s->n_named == JOB_ARGS)
		return err_usage(e, "%s: more than %d arguments", l->key, JOB_ARGS);
	str_copy(s->named[s->n_named].key, sizeof s->named[0].key, l->key);
	s->named[s->n_named++].value = l->value;
	return 0;
}

static int set_option(struct job *j, const struct jobfile_line *l, struct err *e)
{
	if (strcmp(l->key, "password"))
		return job_set(j, l->key, l->value, e);
	j->login.password = l->value;
	return 0;
}

// For a step that has such a setting.
static int apply(const struct steps *all, struct step *s, struct jobfile_line *l, struct err *e)
{
	bool many;
	int rc;

	if (l->password)
		s->job.login.password = l->password;
	if (is_argument(s->job.cmd, l->key, &many))
		rc = set_argument(s, l, many, e);
	else
		rc = set_option(&s->job, l, e);
	return rc ? at_line(all, l, e) : 0;
}

static void show(struct step *s, const struct jobfile_line *l)
{
	buf_printf(&s->shown, "    %s = %s\n", l->key,
		   !strcmp(l->key, "password") ? "***" : l->value);
}

// A setting of the job as a whole. A URL that is none of our own destinations keeps its
// password.
static int apply_wide(const struct steps *all, struct jobfile_line *l, const struct opt *wide,
		      struct job *whole, struct err *e)
{
	bool is_place = !strcmp(l->key, "result");

	if (is_place && l->password)
		whole->login.password = l->password;
	return opt_set(wide, whole->settings, l->key, l->whole && !is_place ? l->whole : l->value,
		       e)
		       ? at_line(all, l, e)
		       : 0;
}

// For every step that has such a setting; at least one must.
static int apply_to_all(struct steps *s, struct jobfile_line *l, struct job *whole, struct err *e)
{
	unsigned fit = is_login(l->key);

	if (fit && set_option(whole, l, e))
		return at_line(s, l, e);

	for (unsigned i = 0; i < s->n; i++) {
		if (!fits(&s->list[i], l->key))
			continue;
		if (apply(s, &s->list[i], l, e))
			return -1;
		show(&s->list[i], l);
		fit++;
	}
	if (fit)
		return 0;
	err_usage(e, "%s: no step of this job has such a setting", l->key);
	return at_line(s, l, e);
}

static int begin_step(struct steps *s, const struct jobfile_line *l, struct err *e)
{
	const struct cmd *c = cmd_find(l->value);
	struct step *step = &s->list[s->n];

	if (s->n == STEPS_MAX)
		err_usage(e, "more than %d steps", STEPS_MAX);
	else if (!c)
		err_usage(e, "do = %.60s: no such command; salvor --help lists them", l->value);
	else if (!strcmp(c->name, "job"))
		err_usage(e, "do = job: a job cannot hold another one");
	else if (!job_begin(&step->job, c, e)) {
		step->line = l->line;
		s->n++;
		return 0;
	}
	return at_line(s, l, e);
}

static int begin_steps(struct steps *s, const struct jobfile *f, struct err *e)
{
	for (unsigned i = 0; i < f->n; i++)
		if (!strcmp(f->lines[i].key, "do") && begin_step(s, &f->lines[i], e))
			return -1;
	if (s->n)
		return 0;
	return err_usage(e, "%s: there is no \"do = COMMAND\" in it: nothing would be done",
			 s->name);
}

static int own_setting(struct steps *s, struct step *step, struct jobfile_line *l, struct err *e)
{
	if (fits(step, l->key)) {
		show(step, l);
		return apply(s, step, l, e);
	}
	err_usage(e, "%s: %s has no such setting; salvor %s --help tells which it has", l->key,
		  step->job.cmd->name, step->job.cmd->name);
	return at_line(s, l, e);
}

// What stands in front of the first step is for all of them and goes first, so that a step's own
// beats it.
static int deal_out(struct steps *s, struct jobfile *f, bool over, const struct opt *wide,
		    struct job *whole, struct err *e)
{
	struct step *step = NULL;
	unsigned next = 0;
	int rc = 0;

	for (unsigned i = 0; i < f->n && !rc; i++) {
		struct jobfile_line *l = &f->lines[i];

		if (!strcmp(l->key, "do"))
			step = over ? NULL : &s->list[next++];
		else if (opt_has(wide, l->key))
			rc = apply_wide(s, l, wide, whole, e);
		else if (step)
			rc = own_setting(s, step, l, e);
		else
			rc = apply_to_all(s, l, whole, e);
	}
	return rc;
}

// The arguments in the order of the alternative that has them all.
static bool order(struct step *s, const struct args_help *from)
{
	struct args_help h = *from;
	unsigned used = 0;
	char name[24];
	bool many;

	s->job.n_args = 0;
	while (next_name(&h, name, sizeof name, &many)) {
		const char *p = from->p;

		for (unsigned i = 0; i < s->n_named; i++) {
			if (strcmp(s->named[i].key, name))
				continue;
			p += strspn(p, " ");
			if (!strcmp(name, "action") &&
			    (strncmp(p, s->named[i].value, strlen(s->named[i].value)) ||
			     !strchr(" ", p[strlen(s->named[i].value)])))
				return false;
			s->job.args[s->job.n_args++] = s->named[i].value;
			used++;
			if (!many)
				break;
		}
	}
	return used == s->n_named;
}

static int order_arguments(const struct steps *all, struct step *s, struct err *e)
{
	struct args_help h = { s->job.cmd->args_help };

	do {
		if (order(s, &h) && !job_check(&s->job, e))
			return 0;
	} while (next_alternative(&h));
	err_usage(e, "%s needs: %s (as settings: \"source = ...\", \"dest = ...\", by these names)",
		  s->job.cmd->name, s->job.cmd->args_help);
	return s->line ? err_prefix(e, "%s line %u", all->name, s->line)
		       : err_prefix(e, "kernel parameters");
}

static void know_secrets(const struct jobfile *f)
{
	for (unsigned i = 0; i < f->n; i++) {
		if (!strcmp(f->lines[i].key, "password"))
			secret_add(f->lines[i].value);
		if (f->lines[i].password)
			secret_add(f->lines[i].password);
	}
}

int steps_make(struct steps *s, const char *name, struct jobfile *file, struct jobfile *over,
	       const struct opt *wide, struct job *whole, struct err *e)
{
	*s = (struct steps){ .name = name, .list = mem_zero(STEPS_MAX, sizeof *s->list) };
	know_secrets(file);
	know_secrets(over);
	if (begin_steps(s, file, e) || deal_out(s, file, false, wide, whole, e) ||
	    deal_out(s, over, true, wide, whole, e))
		return -1;
	for (unsigned i = 0; i < s->n; i++)
		if (order_arguments(s, &s->list[i], e))
			return -1;
	return 0;
}

void steps_free(struct steps *s)
{
	for (unsigned i = 0; i < s->n; i++) {
		job_end(&s->list[i].job);
		buf_free(&s->list[i].shown);
	}
	free(s->list);
	*s = (struct steps){ 0 };
}
