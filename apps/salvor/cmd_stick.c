// SPDX-License-Identifier: GPL-2.0-or-later
// salvor stick: what the stick keeps over a restart, and the place for it.
#include <string.h>

#include "salvor/cmd.h"
#include "salvor/stick.h"

static int run_status(struct job *j, struct ui *ui, struct err *e)
{
	struct buf known BUF_AUTO = { 0 };
	struct stick s;
	struct json w;
	int found = stick_find(&s, e);

	(void)ui;
	if (found < 0)
		return -1;
	stick_known(&known);
	json_begin(&w, &j->fields);
	json_text(&w, "stick", found ? s.disk.path : NULL);
	json_text(&w, "settings", found && s.settings[0] ? s.settings : NULL);
	json_array(&w, "known_hosts");
	if (!found)
		buf_puts(&j->text, "No stick with Salvor is plugged in: what is known is known "
				   "until the restart.\n");
	else if (s.settings[0])
		buf_printf(&j->text, "Kept over a restart, on the stick (%s, %s):\n", s.settings,
			   s.disk.model);
	else
		buf_printf(&j->text,
			   "Nothing is kept over a restart: no room has been made on the stick "
			   "(%s, %s).\n",
			   s.disk.path, s.disk.model);
	buf_printf(&j->text, "\nSsh servers whose keys are known:%s\n", known.len ? "" : " none");
	for (char *line = known.s; line && *line;) {
		char *end = strchr(line, '\n');

		*end = 0;
		buf_printf(&j->text, "  %s\n", line);
		line[strcspn(line, " ")] = 0;
		json_text(&w, NULL, line);
		line = end + 1;
	}
	json_end_array(&w);
	return 0;
}

static void tell_plan(struct job *j, const struct stick_plan *p)
{
	const struct disk *d = &p->stick.disk;

	buf_printf(&j->text,
		   "Stick        %s: %s, serial number %s, %s\n"
		   "Image on it  its first %s, stays as it is\n"
		   "New          partition 3, %s from its %s on, for settings: FAT, %s\n",
		   d->path, d->model[0] ? d->model : "unknown model",
		   d->serial[0] ? d->serial : "unknown", size_show(d->size).s,
		   size_show(p->stick.image_end).s, size_show(p->size).s, size_show(STICK_START).s,
		   STICK_LABEL);
	if (p->again)
		buf_puts(&j->text, "             One of before lies there: what it holds stays.\n");
	buf_puts(&j->text, "No other disk is written to.\n");
}

static int run_make(struct job *j, struct ui *ui, struct err *e)
{
	struct stick_plan p;
	struct json w;

	if (stick_plan(&p, e))
		return -1;
	json_begin(&w, &j->fields);
	json_text(&w, "stick", p.stick.disk.path);
	if (p.there) {
		buf_printf(&j->text, "The stick %s has a place for settings already: %s\n",
			   p.stick.disk.path, p.stick.settings);
		return 0;
	}
	tell_plan(j, &p);
	if (j->plan)
		return 0;
	if (job_confirm(j, ui, e,
			"The stick %s (%s, serial number %s, %s) gets a partition for settings "
			"behind the image, %s from its %s on.",
			p.stick.disk.path, p.stick.disk.model, p.stick.disk.serial,
			size_show(p.stick.disk.size).s, size_show(p.size).s,
			size_show(STICK_START).s) ||
	    stick_make(&p, ui, e) || stick_keep(e) < 0)
		return -1;
	buf_clear(&j->text);
	buf_printf(&j->text,
		   "The stick %s keeps the keys of ssh servers over a restart from now on.\n",
		   p.stick.disk.path);
	return 0;
}

static int run_forget(struct job *j, struct ui *ui, struct err *e)
{
	bool on_stick;
	int n = stick_forget(j->args[1], &on_stick, e);

	(void)ui;
	if (n < 0)
		return -1;
	if (!n)
		return err_usage(e,
				 "stick forget: %s: no key of it is known; salvor stick lists "
				 "those that are",
				 j->args[1]);
	buf_printf(&j->text, "%s: its key is forgotten%s\n", j->args[1],
		   on_stick ? ", on the stick, too" : "");
	return 0;
}

static int run_load(struct job *j, struct ui *ui, struct err *e)
{
	struct buf said BUF_AUTO = { 0 };

	(void)ui;
	(void)e;
	stick_load(&said);
	if (said.len)
		buf_printf(&j->text, "%s\n", buf_str(&said));
	return 0;
}

static const struct action {
	const char *name;
	unsigned args;
	int (*run)(struct job *j, struct ui *ui, struct err *e);
} actions[] = {
	{ "status", 1, run_status },
	{ "make", 1, run_make },
	{ "forget", 2, run_forget },
	{ "load", 1, run_load }, // for init
};

static int run(struct job *j, struct ui *ui, struct err *e)
{
	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++) {
		if (strcmp(actions[i].name, j->n_args ? j->args[0] : "status"))
			continue;
		if (j->n_args && j->n_args != actions[i].args)
			return err_usage(e, "stick %s: %s", actions[i].name,
					 j->n_args < actions[i].args ? "say which server"
								     : "too many arguments");
		return actions[i].run(j, ui, e);
	}
	return err_usage(e, "stick %s: it can status, make, forget", j->args[0]);
}

static const struct opt opts[] = { { 0 } };

const struct cmd cmd_stick = {
	.name = "stick",
	.args_help = "[status | make | forget HOST]",
	.help = "what the stick keeps over a restart: keys of ssh servers",
	.opts = opts,
	.settings_size = 1,
	.max_args = 2,
	.run = run,
};
