// SPDX-License-Identifier: GPL-2.0-or-later
// The dialogs' common ground: the terminal, the last survey, and how an engine is run behind a
// screen that stays alive.
#ifndef SALVOR_FACE_H
#define SALVOR_FACE_H

#include "box/box.h"
#include "inspect/survey.h"
#include "salvor/cmd.h"

struct face {
	struct box_env env;
	const char *const *paths; // disks or image files the dialogs are about
	unsigned n_paths;	  // 0: all disks of this machine
	struct survey survey;
	bool surveyed;
	struct err survey_err;	   // why there is none
	char left[120], right[60]; // the top line
	bool gone;		   // the terminal hung up: every screen returns at once
	const char *read_back;	   // --read-back of copies: "auto", "yes", "no"
	struct login login;	   // how to get to the server that was named last, for all jobs
};

// engine.c: runs fn in a thread of its own behind a screen with progress, a clock and a Stop
// button; returns what fn returns. Questions of the engine are asked here.
int face_engine(struct face *f, const char *title,
		int (*fn)(void *arg, struct ui *ui, struct err *e), void *arg, struct err *e);

// A job behind such a screen; returns its exit status.
int face_job(struct face *f, const char *title, struct job *j);

// face.c
// Runs one box; keys that work everywhere (F1 help, F2 shell, F3 log) are dealt with. help: text
// for F1.
int face_run(struct face *f, struct box *b, const char *help);
// A text to read, with its own buttons (NULL: only back). Returns the answer.
int face_text(struct face *f, const char *title, const char *text, const struct box_button *buttons,
	      const char *help);
// The result of a job that was run: its text and warnings, or its error. True when it ended with 0
// or 3.
bool face_result(struct face *f, const char *title, const struct job *j);
// Looks at the machine again (with a screen). -1: f->survey_err says why.
int face_survey(struct face *f);
// The same, but only when there is no survey yet or disks have come or gone since.
int face_survey_fresh(struct face *f);
// Have disks come or gone since?
bool face_outdated(const struct face *f);
// The survivor's index in the survey; else says on screen why there is none and lets the operator
// choose a disk. -1: none.
int face_source(struct face *f);
// Lets the operator choose one of the wanted disks (never the boot medium or the work disk); below,
// which may be NULL, says why. Its index in the survey, or -1.
int face_disk(struct face *f, const char *title, const char *text, const char *below,
	      bool (*wanted)(const struct s_disk *d));
// Asks for the last characters of the disk's serial number (or its name when it has none). True
// when typed right.
bool face_confirm(struct face *f, const char *title, const struct disk *d, const char *text);
void face_shell(struct face *f);
// What a step will do and why, in two sentences, before it begins. True: go on.
bool face_intro(struct face *f, const char *title, const char *text, const char *help);
// Shows what a job run with `plan` found out. True: the operator pressed the button `start`.
bool face_plan(struct face *f, const char *title, const struct job *j, const char *start,
	       const char *help);
// A file name for what is made of this disk: its serial number, a dot, the suffix.
void face_name(const struct disk *d, const char *suffix, char *name, size_t size);

// place.c: asks for a file on another disk: one of its file systems, or a path; also, a set of
// enum face_places. source: the disk that must stay out of it, NULL: none. name: proposed file
// name, "" none. False: back.
enum face_places { PLACE_DISK = 1, PLACE_SERVER = 2 };
bool face_place(struct face *f, const char *title, const char *why, const struct disk *source,
		unsigned also, const char *name, char *spec, size_t size);
// place_server.c: the same for a file on another machine; spec becomes its address, f->login what a
// job needs besides.
bool face_server(struct face *f, const char *title, const char *name, char *spec, size_t size);

// walk_*.c: one task of the operator from its first question to its result. True when it was done.
bool walk_backup(struct face *f);
bool walk_rehearse(struct face *f); // repair on the work disk
// What was rehearsed, onto the real disk; leads through walk_rehearse first when needed.
bool walk_commit(struct face *f);
bool walk_undo(struct face *f);
bool walk_image(struct face *f);
bool walk_serve(struct face *f, const char *source); // the disk, for another machine to pull
bool walk_restore(struct face *f);
bool walk_report(struct face *f);
bool walk_network(struct face *f);
bool walk_stick(struct face *f);
// For whom a server has been chosen: true at once when a card has an address, else after the
// operator has got one. Elsewhere than on Salvor itself there is nothing to do. False: back.
bool face_network(struct face *f);
bool walk_finish(struct face *f); // restart, power off; true: leave the dialogs

// guide.c: all of them in their order, with what has been done.
bool guide(struct face *f);
// Keeps that a step was done, and where its result lies, over a restart of the dialogs. step:
// "backup", "commit", "image".
void guide_done(const struct face *f, const char *step, const char *where);

#endif
