// SPDX-License-Identifier: GPL-2.0-or-later
// What all screens share: the keys that work everywhere, results, the survey, confirmations.
#include "salvor/face.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/size.h"

#define MAX_DISKS 64

static void show_help(struct face *f, const char *help)
{
	struct box b = { .kind = &box_textbox,
			 .title = "Help",
			 .content = help,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };

	if (box_run(&f->env, &b) == BOX_GONE)
		f->gone = true;
	box_free(&b);
}

static void show_log(struct face *f)
{
	char *text STR_AUTO = log_all();
	struct box b = { .kind = &box_textbox,
			 .title = "Log",
			 .content = *text ? text : "Nothing has been logged yet.",
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };

	if (box_run(&f->env, &b) == BOX_GONE)
		f->gone = true;
	box_free(&b);
}

void face_shell(struct face *f)
{
	struct err e;
	pid_t pid;

	box_leave(&f->env);
	puts("A shell. Disks are read-only until Salvor is told to write. \"exit\" leads back.");
	fflush(stdout);
	pid = fork();
	if (!pid) {
		execl("/bin/sh", "sh", "-l", (char *)NULL);
		_exit(127);
	}
	if (pid > 0)
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
	if (box_enter(&f->env, &e))
		f->gone = true;
}

int face_run(struct face *f, struct box *b, const char *help)
{
	for (;;) {
		int answer = f->gone ? BOX_GONE : box_run(&f->env, b);

		if (answer == BOX_GONE)
			f->gone = true;
		if (answer != BOX_KEY)
			return answer;
		if (b->key == KEY_F1)
			show_help(f, help);
		else if (b->key == KEY_F2)
			face_shell(f);
		else if (b->key == KEY_F3)
			show_log(f);
	}
}

int face_text(struct face *f, const char *title, const char *text, const struct box_button *buttons,
	      const char *help)
{
	struct box b = { .kind = &box_textbox,
			 .title = title,
			 .content = text,
			 .buttons = buttons,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };
	int answer = face_run(f, &b, help);

	box_free(&b);
	return answer;
}

bool face_result(struct face *f, const char *title, const struct job *j)
{
	bool done = j->status == 0 || j->status == 3;
	struct buf text BUF_AUTO = { 0 };

	if (j->status == 3)
		buf_puts(&text,
			 MARK_STOP "Done, but not everything could be read." MARK_PLAIN "\n\n");
	else if (done)
		buf_puts(&text, MARK_OK "Done." MARK_PLAIN "\n\n");
	else
		buf_printf(&text, MARK_STOP "%s" MARK_PLAIN "\n\n%s.\n\n",
			   j->status == ERR_STOPPED ? "Stopped." : "This did not work.",
			   j->err.text);
	if (j->notes.len)
		buf_printf(&text, MARK_WARN "%s" MARK_PLAIN "\n", buf_str(&j->notes));
	buf_puts(&text, buf_str(&j->text));
	face_text(f, title, buf_str(&text), NULL,
		  "The result of what was just done. F3 shows the log with every program that was "
		  "run and what it said.");
	return done;
}

struct looking {
	const struct face *face;
	struct survey s;
};

static int look(void *arg, struct ui *ui, struct err *e)
{
	struct looking *l = arg;

	return survey_make_whole(&l->s, l->face->paths, l->face->n_paths, ui, e);
}

int face_survey(struct face *f)
{
	struct looking l = { .face = f };

	if (face_engine(f, "Looking at this machine", look, &l, &f->survey_err)) {
		survey_free(&l.s);
		return -1;
	}
	if (f->surveyed)
		survey_free(&f->survey);
	f->survey = l.s;
	f->surveyed = true;
	return 0;
}

bool face_outdated(const struct face *f)
{
	return !f->surveyed || (!f->n_paths && survey_outdated(&f->survey));
}

int face_survey_fresh(struct face *f)
{
	if (!face_outdated(f))
		return 0;
	if (!face_survey(f))
		return 0;
	if (!f->gone)
		box_error(&f->env, &f->survey_err);
	return -1;
}

static void describe(const struct s_disk *d, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s, %s (%s)", d->disk.model[0] ? d->disk.model : "disk",
		 d->disk.serial[0] ? " s/n " : "", d->disk.serial, size_show(d->disk.size).s,
		 role_name(d->role));
}

int face_disk(struct face *f, const char *title, const char *text, const char *below,
	      bool (*wanted)(const struct s_disk *d))
{
	struct box_item items[MAX_DISKS] = { 0 };
	char texts[MAX_DISKS][200];
	int index[MAX_DISKS], answer;
	size_t n = 0;

	for (unsigned i = 0; i < f->survey.n_disks && n < MAX_DISKS; i++) {
		const struct s_disk *d = &f->survey.disks[i];

		if (d->role == ROLE_MEDIUM || d->disk.work || !wanted(d))
			continue;
		describe(d, texts[n], sizeof texts[n]);
		items[n] = (struct box_item){ .tag = d->disk.major ? d->disk.path : d->disk.name,
					      .text = texts[n] };
		index[n++] = (int)i;
	}
	if (!n) {
		box_say(&f->env, title,
			"%s%sThere is no disk to choose. Check cables and power, then look again.",
			below ? below : "", below ? "\n\n" : "");
		return -1;
	}
	struct box b = { .kind = &box_menu,
			 .title = title,
			 .text = text,
			 .below = below,
			 .items = items,
			 .n_items = n,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };

	answer = face_run(f, &b,
			  "The disk chosen here is not written to before you have confirmed it.");
	box_free(&b);
	return answer == BOX_OK ? index[b.chosen] : -1;
}

static bool holds_data(const struct s_disk *d)
{
	return d->role != ROLE_EMPTY;
}

// Where there is no mirror, the only disk with an installed system is the one that is meant.
static int only_system(const struct survey *s)
{
	int disk = -1;

	for (unsigned i = 0; i < s->n_systems; i++) {
		if (disk >= 0 && s->systems[i].disk != disk)
			return -1;
		disk = s->systems[i].disk;
	}
	return disk;
}

int face_source(struct face *f)
{
	struct err e;
	int i;

	if (face_survey_fresh(f))
		return -1;
	i = survey_survivor(&f->survey, &e);
	if (i < 0)
		i = only_system(&f->survey);
	if (i >= 0)
		return i;
	return face_disk(f, "Which disk is it?",
			 "No disk is clearly the one survivor of a mirror. Choose the disk to work "
			 "on; nothing is written to it "
			 "by choosing.",
			 e.text, holds_data);
}

// Names are not stable: is the disk that was confirmed still the one behind its path?
static bool still_there(struct face *f, const char *title, const struct disk *d)
{
	struct disk now;
	struct err e;

	if (disk_of_path(&now, d->path, &e)) {
		box_error(&f->env, &e);
		return false;
	}
	if (!disk_equal(&now, d)) {
		box_say(&f->env, title,
			"%s is another disk now (s/n %s). Nothing was written. Look again.",
			d->path, now.serial);
		return false;
	}
	return true;
}

bool face_confirm(struct face *f, const char *title, const struct disk *d, const char *text)
{
	const char *key = d->serial[0] ? d->serial : d->name;
	const char *want = strlen(key) > 4 ? key + strlen(key) - 4 : key;
	char *question STR_AUTO = mem_printf(
		"%s\n\n%s  %s  %s%s  %s\n\nType the last %zu characters of the %s (%s) to go on:",
		text, d->path, d->model, d->serial[0] ? "s/n " : "", d->serial,
		size_show(d->size).s, strlen(want), d->serial[0] ? "serial number" : "name", key);
	struct box b = { .kind = &box_inputbox, .title = title, .text = question, .max = 32 };
	int answer = face_run(f, &b,
			      "This guards against writing to the wrong disk: what you type must "
			      "belong to the disk that is meant.");
	bool right = answer == BOX_OK && b.value && !strcasecmp(b.value, want);

	box_free(&b);
	if (answer == BOX_OK && !right)
		box_say(&f->env, title, "That is not how %s ends. Nothing was written.", key);
	return right && still_there(f, title, d);
}

bool face_intro(struct face *f, const char *name, const char *text, const char *more)
{
	static const struct box_button buttons[] = { { "Go on", BOX_OK },
						     { "Back", BOX_CANCEL },
						     { NULL, 0 } };
	struct box b = {
		.kind = &box_msgbox, .title = name, .text = text, .buttons = buttons, .cols = 76
	};
	bool yes = face_run(f, &b, more) == BOX_OK;

	box_free(&b);
	return yes;
}

bool face_plan(struct face *f, const char *name, const struct job *j, const char *start,
	       const char *more)
{
	struct box_button buttons[] = { { start, BOX_OK }, { "Back", BOX_CANCEL }, { NULL, 0 } };

	if (j->status) {
		face_result(f, name, j);
		return false;
	}
	struct buf text BUF_AUTO = { 0 };

	if (j->notes.len)
		buf_printf(&text, MARK_WARN "%s" MARK_PLAIN "\n", buf_str(&j->notes));
	buf_puts(&text, buf_str(&j->text));
	return face_text(f, name, buf_str(&text), buttons, more) == BOX_OK;
}

void face_name(const struct disk *d, const char *suffix, char *name, size_t size)
{
	const char *base = d->serial[0] ? d->serial : d->name;

	snprintf(name, size, "%s.%s", base, suffix);
	for (char *p = name; *p; p++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.",
			    *p))
			*p = '_';
}
