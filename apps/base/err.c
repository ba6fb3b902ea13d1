// SPDX-License-Identifier: GPL-2.0-or-later
// Filling struct err. Texts that do not fit are cut; an error path must not fail.
#include "base/err.h"

#include <stdio.h>
#include <string.h>

static int fill(struct err *e, enum err_kind kind, int num, const char *fmt, va_list ap)
{
	size_t n;

	if (!e)
		return -1;
	e->kind = kind;
	e->num = num;
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	if (num) {
		n = strlen(e->text);
		snprintf(e->text + n, sizeof e->text - n, ": %s", strerror(num));
	}
	return -1;
}

int err_set(struct err *e, int num, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, ERR_FAILED, num, fmt, ap);
	va_end(ap);
	return -1;
}

int err_usage(struct err *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, ERR_USAGE, 0, fmt, ap);
	va_end(ap);
	return -1;
}

int err_stopped(struct err *e)
{
	if (e) {
		e->kind = ERR_STOPPED;
		e->num = 0;
		snprintf(e->text, sizeof e->text, "stopped by the operator");
	}
	return -1;
}

int err_prefix(struct err *e, const char *fmt, ...)
{
	char old[sizeof e->text];
	va_list ap;
	size_t n;

	if (!e)
		return -1;
	memcpy(old, e->text, sizeof old);
	va_start(ap, fmt);
	vsnprintf(e->text, sizeof e->text, fmt, ap);
	va_end(ap);
	n = strlen(e->text);
	snprintf(e->text + n, sizeof e->text - n, ": %s", old);
	return -1;
}
