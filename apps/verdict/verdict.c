// SPDX-License-Identifier: GPL-2.0-or-later
// The loop over the questions, and the table for people and for scripts.
#include "verdict/verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/paragraph.h"

static const struct question_ops *const questions[] = {
#define X(n) &question_##n,
#include "verdict/list.h"
#undef X
};

void verdict_say(struct asked *a, enum verdict_level level, const char *action, const char *fmt,
		 ...)
{
	struct verdict *v = a->v;
	struct verdict_line *l;
	va_list ap;

	if (level > v->worst)
		v->worst = level;
	if (v->n == VERDICT_LINES)
		return;
	l = &v->v[v->n++];
	*l = (struct verdict_line){ .question = a->question, .level = level };
	str_copy(l->action, sizeof l->action, action);
	va_start(ap, fmt);
	vsnprintf(l->text, sizeof l->text, fmt, ap);
	va_end(ap);
}

void verdict_make(struct verdict *v, const struct survey *s, int disk, const struct hyper *h)
{
	struct asked a = {
		.s = s,
		.disk = &s->disks[disk],
		.index = disk,
		.h = h,
		.v = v,
		.efi = survey_starts_by_efi(&s->disks[disk]),
	};

	*v = (struct verdict){ .hyper = h };
	if (!h->n_buses) // as it is: nothing is promised
		return;
	a.sys = survey_system(s, disk);
	if (a.sys && a.sys->windows) {
		a.windows = a.sys->windows;
		a.sys = NULL;
	}
	for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
		a.question = questions[i]->name;
		questions[i]->ask(&a);
	}
}

const struct verdict_line *verdict_reason(const struct verdict *v)
{
	for (unsigned i = 0; i < v->n; i++)
		if (v->v[i].level == v->worst)
			return &v->v[i];
	return NULL;
}

// Behind its head, which has `indent` columns.
static void put(const char *head, int indent, const char *text, unsigned width, struct buf *out)
{
	char *first STR_AUTO = mem_printf("%-*s", indent, head);
	char *others STR_AUTO = mem_printf("%*s", indent, "");

	paragraph(out, first, others, text, width);
}

void verdict_text(const struct verdict *v, unsigned width, struct buf *out)
{
	static const char *const levels[] = { "PASS", "WARN", "STOP" };

	for (unsigned i = 0; i < v->n; i++) {
		const struct verdict_line *l = &v->v[i];
		char *head STR_AUTO = mem_printf("%s  %s", levels[l->level], l->question);
		char *text STR_AUTO =
			mem_printf("%s%s%s", l->text, *l->action ? " -> " : "", l->action);

		put(head, 16, text, width, out);
	}
}

static const char *level_name(enum verdict_level l)
{
	static const char *const names[] = { "pass", "warn", "stop" };

	return names[l];
}

void verdict_json(const struct verdict *v, struct json *j, const char *key)
{
	json_object(j, key);
	json_text(j, "target", v->hyper->name);
	json_text(j, "verdict", level_name(v->worst));
	json_array(j, "questions");
	for (unsigned i = 0; i < v->n; i++) {
		const struct verdict_line *l = &v->v[i];

		json_object(j, NULL);
		json_text(j, "question", l->question);
		json_text(j, "level", level_name(l->level));
		json_text(j, "text", l->text);
		json_text(j, "action", *l->action ? l->action : NULL);
		json_end_object(j);
	}
	json_end_array(j);
	json_end_object(j);
}

static bool changes(const struct verdict *v)
{
	for (unsigned i = 0; i < v->n; i++)
		if (*v->v[i].action)
			return true;
	return false;
}

void verdict_all_text(const struct survey *s, int disk, unsigned width, struct buf *out)
{
	char simpler[160];

	for (const struct hyper *const *h = hyper_all(); *h; h++) {
		struct verdict v;
		const struct verdict_line *why;

		if (!(*h)->n_buses)
			continue;
		verdict_make(&v, s, disk, *h);
		why = v.worst ? verdict_reason(&v) : NULL;
		char *head STR_AUTO =
			mem_printf("%-9s%s", h == hyper_all() ? "As a VM" : "", (*h)->title);
		char *text STR_AUTO =
			mem_printf("%s%s%s", v.worst == VERDICT_STOP ? "no" : "yes",
				   v.worst < VERDICT_STOP && changes(&v) ? ", after changes" : "",
				   why ? ": " : "");
		char *all STR_AUTO = mem_printf("%s%s", text, why ? why->text : "");

		put(head, 18, all, width, out);
	}
	if (verdict_one_partition(s, disk, simpler, sizeof simpler))
		put("         Layout", 18, simpler, width, out);
}

void verdict_all_json(const struct survey *s, int disk, struct json *j, const char *key)
{
	json_array(j, key);
	for (const struct hyper *const *h = hyper_all(); *h; h++) {
		struct verdict v;

		if (!(*h)->n_buses)
			continue;
		verdict_make(&v, s, disk, *h);
		verdict_json(&v, j, NULL);
	}
	json_end_array(j);
}
