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

// A medium that is gone shows as any of the second group: a journal that could not be written makes
// its file system read-only.
static const char *cure_of(int num)
{
	switch (num) {
	case ENOSPC:
	case EDQUOT: return "make room there and run the same command again";
	case EIO:
	case EROFS:
	case ENODEV:
	case ENXIO:
		return "the medium there fails, is write-protected or was pulled out: once it is "
		       "well, "
		       "run the same command again";
	default: return NULL;
	}
}

int err_write(struct err *e, int num, const char *fmt, ...)
{
	const char *cure = cure_of(num);
	char what[sizeof e->text];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	return cure ? err_set(e, num, "%s: %s", what, cure) : err_set(e, num, "%s", what);
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
