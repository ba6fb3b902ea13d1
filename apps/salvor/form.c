// SPDX-License-Identifier: GPL-2.0-or-later
#include "salvor/form.h"

#include <string.h>

#include "term/utf8.h"

#define COLS 75 // inside a frame of 80
#define GAP 2
#define FIELD_MAX 36
#define AIRY_ROWS 15 // so many lines leave room for an empty one behind each

static int columns(const char *text)
{
	return text_columns(text, strlen(text));
}

static unsigned lines(const char *text)
{
	unsigned n = 1;

	while ((text = strchr(text, '\n')) && *++text)
		n++;
	return n;
}

// As wide as the longest label and the longest example leave room for.
static void lay_out(const struct form *form, struct box_field *fields)
{
	int label = 0, example = 0, col, cols;
	int step = lines(form->text) + 2 * form->n <= AIRY_ROWS ? 2 : 1;

	for (unsigned i = 0; i < form->n; i++) {
		int l = columns(form->fields[i].label), x = columns(form->fields[i].example);

		label = l > label ? l : label;
		example = x > example ? x : example;
	}
	col = 1 + label + GAP;
	cols = COLS - col - GAP - example;
	cols = cols < FIELD_MAX ? cols : FIELD_MAX;
	for (unsigned i = 0; i < form->n; i++) {
		const struct form_field *f = &form->fields[i];
		int row = 1 + (int)i * step;

		fields[2 * i] = (struct box_field){ .label = f->label,
						    .init = f->text,
						    .help = f->help,
						    .label_row = row,
						    .label_col = 1,
						    .row = row,
						    .col = col,
						    .cols = cols,
						    .max = (int)f->size - 1 };
		fields[2 * i + 1] = (struct box_field){ .init = f->example,
							.kind = BOX_FIELD_SHOWN,
							.label_row = row,
							.label_col = col + cols + GAP,
							.row = row,
							.col = col + cols + GAP,
							.cols = example };
	}
}

bool face_form(struct face *f, struct form *form, const struct err *wrong)
{
	char *below STR_AUTO = mem_printf(MARK_STOP "%s" MARK_PLAIN, wrong->text);
	struct box_field fields[2 * FORM_MAX];
	struct box b = { .kind = &box_form,
			 .title = form->title,
			 .text = form->text,
			 .below = wrong->kind ? below : NULL,
			 .fields = fields,
			 .n_fields = 2 * form->n,
			 .field = 2 * form->at,
			 .rows = BOX_MAX,
			 .cols = BOX_MAX };
	int answer;

	lay_out(form, fields);
	answer = face_run(f, &b, form->help);
	for (unsigned i = 0; i < form->n; i++)
		str_copy(form->fields[i].text, form->fields[i].size, fields[2 * i].value);
	form->at = (unsigned)b.field / 2;
	box_free(&b);
	return answer == BOX_OK;
}
