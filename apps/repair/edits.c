// SPDX-License-Identifier: GPL-2.0-or-later
// Lists of edits.
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "repair/repair.h"

void edits_add(struct edits *l, const char *step, const char *subject, const char *fmt, ...)
{
	struct edit *x;
	va_list ap;

	if (l->n == l->cap) {
		l->cap = l->cap ? l->cap * 2 : 16;
		l->v = mem_grow(l->v, l->cap, sizeof *l->v);
	}
	x = &l->v[l->n++];
	*x = (struct edit){ .step = step };
	str_copy(x->subject, sizeof x->subject, subject);
	va_start(ap, fmt);
	vsnprintf(x->text, sizeof x->text, fmt, ap);
	va_end(ap);
}

void edits_free(struct edits *l)
{
	free(l->v);
	*l = (struct edits){ 0 };
}
