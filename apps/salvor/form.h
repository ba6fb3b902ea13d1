// SPDX-License-Identifier: GPL-2.0-or-later
// A form to type into, with an example beside each field.
#ifndef SALVOR_FORM_H
#define SALVOR_FORM_H

#include "salvor/face.h"

#define FORM_MAX 12

struct form_field {
	const char *label, *example, *help;
	char *text; // what stands there, in and out
	size_t size;
};

struct form {
	const char *title, *text, *help;
	struct form_field fields[FORM_MAX];
	unsigned n, at; // at: the field where the cursor is, in and out
};

// wrong: what of it was wrong the last time, nothing where its kind is 0. False: back.
bool face_form(struct face *f, struct form *form, const struct err *wrong);

#endif
