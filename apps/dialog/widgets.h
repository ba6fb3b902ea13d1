// SPDX-License-Identifier: GPL-2.0-or-later
// The boxes as the command line knows them: which arguments each takes, and how they fill a
// struct box.
#ifndef DIALOG_WIDGETS_H
#define DIALOG_WIDGETS_H

#include "box/box.h"
#include "dialog/options.h"

struct widget;

struct args {
	int n;
	char *const *s;
};

// A box made from the command line, with the memory it needs.
struct request {
	const struct widget *widget;
	struct box box;
	struct box_button buttons[5];
	char *text;
	char *content; // textbox, tailbox: the file; mixedgauge: percentages as texts
	struct gauge *gauge;
};

struct widget {
	const char *name; // without --
	const struct box_ops *kind;
	const char *usage; // arguments, as --help shows them
	int least, most;   // arguments before the groups; the second and third are the size
	int group;	   // arguments of each item that follows, 0: none
	int (*fill)(struct request *r, const struct options *o, struct args a, struct err *e);
	int (*run)(struct box_env *env, struct request *r); // NULL: box_run
};

extern const struct widget widgets_table[]; // ends with name NULL

// The box argv[0] stands for (--menu), NULL when there is none.
const struct widget *widgets_find(const char *arg);

// Fills r from its arguments. After an error too, request_free it.
int request_fill(struct request *r, const struct widget *w, const struct options *o, struct args a,
		 struct err *e);
void request_free(struct request *r);

#endif
